import type { Catalog } from '#src/domain/catalog.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';

/** The shipped catalog with a suite more, `SBS`, of products that merge: so orders extend what merges join. */
export async function mergingCatalog(): Promise<Catalog> {
  const catalog = await loadCatalog(shippedCatalog);
  const names = ['WFBS', 'WFBS-SVC', 'OfficeScan'];
  const components = catalog.products
    .filter(({ name }) => names.includes(name))
    .map(({ name, pid, acPrefix }) => ({ name, pid, acPrefix }));
  const suite = { code: 'SBS', name: 'Small Business', rkPrefix: 'SB', components };
  return { ...catalog, suites: [...catalog.suites, suite] };
}
