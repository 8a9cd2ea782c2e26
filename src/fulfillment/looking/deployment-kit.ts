import type { SigningKey } from '#src/certificate/signing-key.ts';
import { productOfPid, type Catalog } from '#src/domain/catalog.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { buildKit } from '#src/kit/build-kit.ts';
import type { KitFacts, KitProduct } from '#src/kit/kit-facts.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findIssuedProducts,
  findKeyCertificate,
  type IssuedProduct,
  type KeyName,
} from '#src/persistence/issued-products.ts';

export type DeploymentKit =
  | { readonly outcome: 'kit'; readonly fileName: string; readonly zip: Buffer }
  /** The account has no such key. */
  | { readonly outcome: 'unknown' }
  /** Nothing that the key issued is there (any more). */
  | { readonly outcome: 'nothing-issued' }
  | { readonly outcome: 'certificate-pending'; readonly number: string; readonly version: number };

/** What kits are made with beside the ledger. */
export interface KitSettings {
  readonly signingKey: SigningKey;
  /** How customers reach this Chancery: downloads that it serves itself begin with it. */
  readonly publicUrl: string;
}

/**
 * The Deployment Kit of a key of an account (rules §9): the products that the key issued to it, as they stand now. Whoever calls has
 * seen to it that the viewer may see the account's codes. The same state gives the same bytes.
 */
export async function deploymentKit(
  { database, catalog }: Fulfillment,
  { signingKey, publicUrl }: KitSettings,
  account: string,
  key: KeyName,
): Promise<DeploymentKit> {
  const tx = reading(database);
  const [certificate, issued] = await Promise.all([
    findKeyCertificate(tx, account, key),
    findIssuedProducts(tx, account, key),
  ]);
  if (certificate === undefined) return { outcome: 'unknown' };
  if (issued.length === 0) return { outcome: 'nothing-issued' };
  const { number, version, facts: stated, pdf } = certificate;
  if (pdf === null) return { outcome: 'certificate-pending', number, version };
  const facts: KitFacts = {
    kit: 1,
    account,
    suite: stated.kind === 'upgrade' ? stated.suite.code : stated.product.pid,
    certificate: { number, version },
    products: issued.map((one) => kitProduct(one, catalog, publicUrl)),
  };
  const zip = buildKit(facts, { facts: stated, pdf }, signingKey);
  return { outcome: 'kit', fileName: `deployment-kit-${number}-v${version}.zip`, zip };
}

function kitProduct(
  { pid, activationCode, seats, validThrough }: IssuedProduct,
  catalog: Catalog,
  publicUrl: string,
): KitProduct {
  const product = productOfPid(catalog, pid);
  const base = publicUrl.replace(/\/$/, '');
  const downloads = product?.downloads?.map(({ url, install, ...download }) => ({
    ...download,
    url: url.startsWith('/') ? `${base}${url}` : url,
    install: [...install],
  }));
  return {
    product: product?.name ?? pid,
    pid,
    activationCode,
    seats,
    validThrough,
    ...(downloads !== undefined && { downloads }),
    ...(product?.console !== undefined && { console: product.console }),
  };
}
