import { kinds } from '#jobs/kinds.ts';
import { isOnlyEarly, lackingIn, unknownPids, type CatalogNames } from '#src/domain/catalog-lacks.ts';
import type { Reason } from '#src/domain/decision.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import { accountsNamed, namesOf } from '#src/fulfillment/deciding/message-names.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { findNewerCatalogs } from '#src/persistence/catalogs-seen.ts';
import type { Transaction } from '#src/persistence/database.ts';

/** Why such a message stays open, and a hold of one undecided. */
export const catalogTooOld: Reason<'CATALOG_TOO_OLD'> = {
  code: 'CATALOG_TOO_OLD',
  message:
    'It names what a catalog loaded elsewhere has, and the older one of this process has not. It waits for a process with the newer catalog.',
  details: {},
};

/**
 * Ids of the messages that this process leaves open: they name what its catalog lacks and a newer one, loaded somewhere, has; and those
 * that wait for their turn behind them on the same account. Asks PostgreSQL only when something is lacking.
 * @param messages in the order in which they take effect
 */
export async function earlyMessages(
  tx: Transaction,
  { catalog, catalogNumber }: Fulfillment,
  messages: readonly OpenMessage[],
  set: WorkingSet,
): Promise<ReadonlySet<string>> {
  const lacking = new Map<string, CatalogNames>();
  for (const message of messages) {
    const names = lackingIn(catalog, sold(message, catalog, set));
    if (names) lacking.set(message.id, names);
  }
  if (lacking.size === 0 || catalogNumber === undefined) return new Set();
  const newer = await findNewerCatalogs(tx, catalogNumber);
  const early = new Set<string>();
  const waiting = new Set<string>();
  for (const message of messages) {
    const names = lacking.get(message.id);
    const accounts = accountsNamed(message).map((account) => set.survivor(account)?.id ?? account);
    const { waitsForItsTurn } = kinds[message.kind];
    const isBehind = waitsForItsTurn && accounts.some((account) => waiting.has(account));
    if (!isBehind && !(names && isOnlyEarly(names, newer))) continue;
    early.add(message.id);
    if (waitsForItsTurn) for (const account of accounts) waiting.add(account);
  }
  return early;
}

/** What of a catalog the message names; of a merge on premises, the products of the licenses that it names. */
function sold(message: OpenMessage, catalog: Fulfillment['catalog'], set: WorkingSet): CatalogNames {
  const { suites = [], products = [], activationCodes } = namesOf(message);
  if (message.kind !== 'merge-request') return { suites, products };
  const pids = activationCodes.flatMap((code) => set.licenseByCode(code)?.pid ?? []);
  return { suites, products: [...products, ...unknownPids(catalog, pids)] };
}
