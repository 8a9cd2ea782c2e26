import { isProductId, productFamily, type LicenseType } from '#src/domain/license.ts';
import type { ChangeWindows } from '#src/domain/lifecycle/windows.ts';

/** What is sold and by which policies; the format of `examples/catalog.json`, already validated. */
export interface Catalog {
  readonly products: readonly Product[];
  readonly suites: readonly Suite[];
  /** The license agreement that customers accept when they register. */
  readonly agreement: Agreement;
  readonly policies: {
    readonly upgrade: { readonly laterDate: LaterDatePolicy };
    readonly merge: { readonly matrix: MergeMatrix; readonly validThrough: MergeDatePolicy };
    readonly changes: ChangeWindows;
  };
}

/** The License Agreement that customers accept before they register; which version they accepted is recorded (rules §9). */
export interface Agreement {
  readonly version: string;
  /** Paragraphs, with blank lines between them. */
  readonly text: string;
  /** What it is written in, for browsers that read it aloud: `en`. */
  readonly language?: string | undefined;
}

export interface Product {
  readonly pid: string;
  readonly name: string;
  readonly acPrefix: string;
  readonly delivery: Delivery;
  readonly mergeable: boolean;
  /** What is installed of it, for the Deployment Kit (rules §9). */
  readonly downloads?: readonly Download[] | undefined;
  /** Where a service is used, instead. */
  readonly console?: string | undefined;
}

export const platforms = ['linux', 'windows', 'macos'] as const;
export type Platform = (typeof platforms)[number];

export interface Download {
  readonly platform: Platform;
  readonly version: string;
  /** Absolute, or a path that this Chancery serves itself. */
  readonly url: string;
  /** In lower case. */
  readonly sha256: string;
  readonly bytes: number;
  /** The command to run, one argument each: `{file}` stands for the downloaded file, `{activationCode}` for the code. */
  readonly install: readonly string[];
}

/** A suite with its components resolved to products, in catalog order. */
export interface Suite {
  readonly code: string;
  readonly name: string;
  readonly rkPrefix: string;
  readonly components: readonly SuiteComponent[];
}

/** What a Registration Key keeps of each component from the day it was issued. */
export interface SuiteComponent {
  readonly name: string;
  readonly pid: string;
  readonly acPrefix: string;
}

export const deliveries = ['on-premises', 'service'] as const;
export type Delivery = (typeof deliveries)[number];

export const laterDatePolicies = ['keep', 'hold'] as const;
export type LaterDatePolicy = (typeof laterDatePolicies)[number];

export const mergeDatePolicies = ['weighted', 'keep-survivor', 'earliest', 'latest'] as const;
export type MergeDatePolicy = (typeof mergeDatePolicies)[number];

/** May a license of the row's type merge with one of the column's? (rules §5.1) */
export type MergeMatrix = Readonly<Record<LicenseType, Readonly<Record<LicenseType, boolean>>>>;

export function suiteByCode(catalog: Catalog, code: string): Suite | undefined {
  return catalog.suites.find((suite) => suite.code === code);
}

/** The product of a PID's family; editions and variants of one family are one product (rules §1). */
export function productOfPid(catalog: Catalog, pid: string): Product | undefined {
  return catalog.products.find((product) => productFamily(product.pid) === productFamily(pid));
}

/** A product by its name, or by any PID of its family. */
export function productNamed(catalog: Catalog, nameOrPid: string): Product | undefined {
  const named = catalog.products.find((product) => product.name === nameOrPid);
  return named ?? (isProductId(nameOrPid) ? productOfPid(catalog, nameOrPid) : undefined);
}
