import { print, printJson } from '#src/commands/terminal/output.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import { CatalogError, loadCatalog } from '#src/files/catalog-file.ts';

/** `chancery catalog check FILE`. @returns 0 when it can be used, 1 with all faults otherwise */
export async function runCatalogCheck(file: string, { json }: { readonly json?: boolean }): Promise<0 | 1> {
  let catalog: Catalog;
  try {
    catalog = await loadCatalog(file);
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    if (json) printJson({ file, ok: false, faults: error.faults });
    else print(error.message);
    return 1;
  }
  const { products, suites, policies, agreement } = catalog;
  if (json) {
    printJson({ file, ok: true, products: products.length, suites: suites.length, faults: [] });
    return 0;
  }
  const suiteLines = suites.map(
    ({ code, name, components }) => `  ${code}  ${name}, ${components.length} components`,
  );
  print(`The catalog ${file} can be used: ${products.length} products, ${suites.length} suites.`);
  print(suiteLines.join('\n'));
  const installed = products.filter(({ downloads }) => downloads !== undefined).length;
  const services = products.filter((product) => product.console !== undefined).length;
  print(
    `Deployment Kits: ${installed} products with downloads, ${services} with a console. Agreement: version ${agreement.version}.`,
  );
  print(
    `Policies: upgrade.laterDate ${policies.upgrade.laterDate}, merge.validThrough ${policies.merge.validThrough}.`,
  );
  return 0;
}
