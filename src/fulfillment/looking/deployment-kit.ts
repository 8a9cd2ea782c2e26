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
  | {
      readonly outcome: 'ready';
      readonly filename: string;
      readonly zip: Buffer;
      /** Number and version of the certificate in it. */
      readonly certificate: KitFacts['certificate'];
    }
  /** There is no such key, or nobody has registered it. */
  | { readonly outcome: 'unknown' }
  /** Nothing that the key issued is there (any more). */
  | { readonly outcome: 'nothing-issued' }
  /** Its certificate is not rendered yet. */
  | { readonly outcome: 'pending' };

/** What kits are made with beside the ledger. */
export interface KitSettings {
  readonly signingKey: SigningKey;
  /** How customers reach this Chancery: downloads that it serves itself begin with it. */
  readonly publicUrl: () => string;
}

/**
 * The Deployment Kit of a key (rules §9): the products that the key issued to the account, as they stand now. Whoever calls has seen to
 * it that the viewer may see the account's codes. The same state gives the same bytes.
 * @param registeredTo the key's own account when absent
 */
export async function deploymentKit(
  { database, catalog }: Fulfillment,
  { signingKey, publicUrl }: KitSettings,
  key: KeyName,
  registeredTo?: string,
): Promise<DeploymentKit> {
  const tx = reading(database);
  const found = await findKeyCertificate(tx, key);
  const account = registeredTo ?? found?.account;
  if (found === undefined || account === null || account === undefined) return { outcome: 'unknown' };
  const issued = await findIssuedProducts(tx, account, key);
  if (issued.length === 0) return { outcome: 'nothing-issued' };
  const { number, version, facts: stated, pdf } = found;
  if (pdf === null) return { outcome: 'pending' };
  const certificate = { number, version };
  const facts: KitFacts = {
    kit: 1,
    account,
    suite:
      stated.kind === 'upgrade' || stated.kind === 'change' ? (stated.suite?.code ?? '') : stated.product.pid,
    certificate,
    products: issued.map((one) => kitProduct(one, catalog, publicUrl())),
  };
  const zip = buildKit(facts, { facts: stated, pdf }, signingKey);
  return { outcome: 'ready', filename: `deployment-kit-${number}-v${version}.zip`, zip, certificate };
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
