import { productNamed, productOfPid, suiteByCode, type Catalog } from '#src/domain/catalog.ts';
import { isProductId, productFamily } from '#src/domain/license.ts';

/** What of a catalog a message names: suites by code, products by name or PID. */
export interface CatalogNames {
  readonly suites: readonly string[];
  readonly products: readonly string[];
}

/** What a message names and the catalog has not; undefined when it has all of it. */
export function lackingIn(catalog: Catalog, { suites, products }: CatalogNames): CatalogNames | undefined {
  const lacking = {
    suites: suites.filter((code) => !suiteByCode(catalog, code)),
    products: products.filter((name) => !productNamed(catalog, name)),
  };
  return lacking.suites.length + lacking.products.length === 0 ? undefined : lacking;
}

/** The PIDs of product families that the catalog has not. */
export function unknownPids(catalog: Catalog, pids: readonly string[]): readonly string[] {
  return pids.filter((pid) => !productOfPid(catalog, pid));
}

/** All that messages may name of the catalog: codes of suites, names and families of products. */
export function namesOfCatalog({ suites, products }: Catalog): CatalogNames {
  return {
    suites: suites.map(({ code }) => code),
    products: products.flatMap(({ name, pid }) => [name, productFamily(pid)]),
  };
}

/**
 * Whether a catalog that was loaded somewhere after ours has all that is lacking here: then the message is no mistake, only early, and
 * waits for a worker that knows it (rules §3).
 */
export function isOnlyEarly(lacking: CatalogNames, newer: readonly CatalogNames[]): boolean {
  return newer.some(
    ({ suites, products }) =>
      lacking.suites.every((code) => suites.includes(code)) &&
      lacking.products.every(
        (name) => products.includes(name) || (isProductId(name) && products.includes(productFamily(name))),
      ),
  );
}
