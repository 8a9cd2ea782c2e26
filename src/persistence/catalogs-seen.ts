import type { CatalogNames } from '#src/domain/catalog-lacks.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/**
 * Remembers that a process works with this catalog. Safe to repeat.
 * @param fingerprint SHA-256 of all of it, hexadecimal
 * @returns its number: those of catalogs that were first seen later are higher
 */
export async function rememberCatalog(
  tx: Transaction,
  fingerprint: string,
  { suites, products }: CatalogNames,
): Promise<string> {
  const find = () =>
    statement<{ readonly number: string }>(
      tx,
      `select number from catalog_seen where fingerprint = decode($1, 'hex')`,
      [fingerprint],
    );
  const [known] = await find();
  if (known) return known.number;
  await statement(
    tx,
    `insert into catalog_seen (fingerprint, suites, products) values (decode($1, 'hex'), $2::text[], $3::text[])
     on conflict on constraint catalog_seen_pkey do nothing`,
    [fingerprint, suites, products],
  );
  const [seen] = await find();
  if (!seen) throw new Error('The catalog was not remembered.');
  return seen.number;
}

/** What the catalogs have that were first seen after the one of this number. */
export function findNewerCatalogs(tx: Transaction, number: string): Promise<readonly CatalogNames[]> {
  return statement(
    tx,
    'select suites, products from catalog_seen where number > $1::bigint order by number',
    [number],
  );
}
