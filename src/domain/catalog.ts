import { isProductId, productFamily, type LicenseType } from '#src/domain/license.ts';
import type { ChangeWindows } from '#src/domain/lifecycle/windows.ts';

/** What is sold and by which policies; the format of `examples/catalog.json`, already validated. */
export interface Catalog {
  readonly products: readonly Product[];
  readonly suites: readonly Suite[];
  readonly agreement: Agreement;
  readonly policies: {
    readonly upgrade: { readonly laterDate: LaterDatePolicy };
    readonly merge: { readonly matrix: MergeMatrix; readonly validThrough: MergeDatePolicy };
    readonly changes: ChangeWindows;
  };
}

/** The License Agreement that customers accept before they register; which version they accepted is recorded (licensing §9). */
export interface Agreement {
  readonly version: string;
  /** Paragraphs, with blank lines between them. */
  readonly text: string;
}

export interface Product {
  readonly pid: string;
  readonly name: string;
  readonly acPrefix: string;
  readonly delivery: Delivery;
  readonly mergeable: boolean;
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
