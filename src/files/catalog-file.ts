import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { deliveries, laterDatePolicies, mergeDatePolicies, type Catalog } from '#src/domain/catalog.ts';
import { isProductId, licenseTypes, productFamily } from '#src/domain/license.ts';
import { defaultChangeWindows } from '#src/domain/lifecycle/windows.ts';
import { plainName } from '#src/domain/typed-text.ts';
import { download, webAddress } from '#src/files/catalog-downloads.ts';
import { shippedAgreement } from '#src/files/shipped-agreement.ts';
import { foreignEncoding } from '#src/files/text-encoding.ts';
import { repeatedName } from '#src/mechanisms/repeated-name.ts';

/** A catalog that cannot be used. Each fault names its place, such as `suites[0].components[3]`. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  readonly faults: readonly string[];

  constructor(file: string, faults: readonly string[]) {
    super(`The catalog ${file} cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** The catalog that is shipped: the example one. */
export const shippedCatalog = new URL('../../examples/catalog.json', import.meta.url).pathname;

/**
 * Reads and validates a catalog file, components resolved to products.
 * @throws CatalogError with all faults at once
 */
export async function loadCatalog(file: string): Promise<Catalog> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new CatalogError(file, [
      `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  const encoding = foreignEncoding(bytes);
  if (encoding !== undefined) throw new CatalogError(file, [`it is ${encoding}; save it as UTF-8`]);
  let data: unknown;
  let twice: string | undefined;
  try {
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    data = JSON.parse(text);
    twice = repeatedName(text);
  } catch (error) {
    throw new CatalogError(file, [
      `it is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  if (twice !== undefined) throw new CatalogError(file, [`${twice} is there twice`]);
  const parsed = catalogFile.safeParse(data);
  if (!parsed.success) throw new CatalogError(file, parsed.error.issues.map(faultOf));
  const faults = contradictions(parsed.data);
  if (faults.length > 0) throw new CatalogError(file, faults);
  return resolve(parsed.data);
}

const name = z.string().overwrite(plainName).min(1).max(200);
const prefix = z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters');
const types = z.enum(licenseTypes);
/** A window of 0 days lets nothing pass but the day itself. */
const days = z.int('must be a whole number of days').min(0, 'must not be negative').max(36_500);

const catalogFile = z.strictObject({
  catalog: z.literal(1, 'must be 1, the version of this format'),
  products: z
    .array(
      z.strictObject({
        pid: z
          .string('must be text in quotes: a PID is never a number')
          .refine(isProductId, 'must be six digits, then up to ten of 0-9 A-Z'),
        name,
        acPrefix: prefix,
        delivery: z.enum(deliveries),
        mergeable: z.boolean(),
        downloads: z.array(download).min(1).optional(),
        console: webAddress.optional(),
      }),
    )
    .min(1),
  suites: z
    .array(
      z.strictObject({
        code: z.string().overwrite(plainName).min(1).max(64),
        name,
        rkPrefix: prefix,
        components: z.array(name).min(1),
      }),
    )
    .min(1),
  agreement: z
    .strictObject({
      version: z.string().min(1).max(64),
      text: z.string().min(1).max(50_000),
      language: z
        .string()
        .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag, such as en or pt-BR')
        .optional(),
    })
    .default(shippedAgreement),
  policies: z.strictObject({
    upgrade: z.strictObject({ laterDate: z.enum(laterDatePolicies).default('keep') }).prefault({}),
    merge: z.strictObject({
      matrix: z.record(types, z.record(types, z.boolean())),
      validThrough: z.enum(mergeDatePolicies).default('weighted'),
    }),
    changes: z
      .strictObject({
        returnDays: days.default(defaultChangeWindows.returnDays),
        undoMergeDays: days.default(defaultChangeWindows.undoMergeDays),
        renewEarlyDays: days.default(defaultChangeWindows.renewEarlyDays),
        renewLateDays: days.default(defaultChangeWindows.renewLateDays),
      })
      .prefault({}),
  }),
});

type CatalogFile = z.infer<typeof catalogFile>;

function contradictions({ products, suites }: CatalogFile): readonly string[] {
  const faults: string[] = [];
  const families = new Map<string, number>();
  const names = new Map<string, number>();
  for (const [i, product] of products.entries()) {
    const family = productFamily(product.pid);
    faults.push(...taken(families, family, i, `products[${i}].pid: the product family ${family} is that of`));
    faults.push(...taken(names, product.name, i, `products[${i}].name: "${product.name}" is the name of`));
    if (product.downloads && product.console !== undefined) {
      faults.push(
        `products[${i}]: it has downloads and a console; a product is installed or used as a service`,
      );
    }
  }
  const codes = new Map<string, number>();
  for (const [s, suite] of suites.entries()) {
    const first = codes.get(suite.code);
    if (first === undefined) codes.set(suite.code, s);
    else faults.push(`suites[${s}].code: "${suite.code}" is the code of suites[${first}] already`);
    const used = new Map<string, number>();
    for (const [c, component] of suite.components.entries()) {
      const place = `suites[${s}].components[${c}]`;
      const product = products.find((candidate) => candidate.name === component);
      if (!product) {
        faults.push(`${place}: there is no product "${component}"`);
        continue;
      }
      const before = used.get(productFamily(product.pid));
      if (before !== undefined)
        faults.push(`${place}: "${component}" shares its product family with components[${before}]`);
      used.set(productFamily(product.pid), c);
    }
  }
  return faults;
}

function taken(seen: Map<string, number>, key: string, index: number, sentence: string): readonly string[] {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, index);
  return first === undefined ? [] : [`${sentence} products[${first}] already`];
}

function resolve({ products, suites, policies, agreement }: CatalogFile): Catalog {
  const byName = new Map(products.map((product) => [product.name, product]));
  return {
    products,
    policies,
    agreement,
    suites: suites.map(({ components, ...suite }) => ({
      ...suite,
      components: components.flatMap((component) => {
        const product = byName.get(component);
        return product ? [{ name: product.name, pid: product.pid, acPrefix: product.acPrefix }] : [];
      }),
    })),
  };
}

function faultOf(issue: z.core.$ZodIssue): string {
  let place = '';
  for (const part of issue.path)
    place += typeof part === 'number' ? `[${part}]` : `${place === '' ? '' : '.'}${String(part)}`;
  return `${place === '' ? 'the catalog' : place}: ${issue.message}`;
}
