import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { byKind, findCode, findCodes, type Finding } from '#src/fulfillment/looking/find-code.ts';
import { reading } from '#src/persistence/database.ts';
import { findRejectedByNumber, type FoundRejectedMessage } from '#src/persistence/rejected-messages.ts';
import {
  findAccountById,
  findCodesById,
  findCodesEnding,
  findCompanies,
  findHoldById,
  findOrdersWithoutAccount,
  findRejectedById,
  type FoundAccount,
  type FoundHold,
} from '#src/persistence/searched.ts';

/** What a search found. For operators alone: codes are in full. */
export type Hit =
  | Finding
  | ({ readonly what: 'account' } & FoundAccount)
  | ({ readonly what: 'hold' } & FoundHold)
  | ({ readonly what: 'rejected-message' } & FoundRejectedMessage);

export interface SearchResult {
  /** What is named exactly so comes first. */
  readonly hits: readonly Hit[];
  /** How many of them are named exactly so. */
  readonly exact: number;
  /** Nothing was found, and the text is a code whose check symbol is wrong. */
  readonly isMistyped: boolean;
}

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** More of them are not looked through by anybody. */
const mostHits = 50;

/**
 * Everything that a text may name (contract §9): order, request or certificate number, id, account, a code in full or its last four
 * symbols, the beginning of a company's name, be it an account's or that of an order whose customer has none. Bounded look-ups by index
 * alone.
 */
export async function search(fulfillment: Fulfillment, text: string): Promise<SearchResult> {
  const typed = text.trim();
  if (typed === '') return { hits: [], exact: 0, isMistyped: false };
  const tx = reading(fulfillment.database);
  const found = await findCode(fulfillment, typed);
  const hits: Hit[] = found.outcome === 'found' ? [...found.findings] : [];
  const byId = await findAccountById(tx, typed.toLowerCase());
  hits.push(...byId.map((account) => ({ what: 'account', ...account }) as const));
  const id = uuidShape.test(typed.toLowerCase()) ? typed.toLowerCase() : undefined;
  if (id !== undefined) {
    hits.push(...(await findHoldById(tx, id)).map((hold) => ({ what: 'hold', ...hold }) as const));
    const refused = await findRejectedById(tx, id);
    hits.push(...refused.map((one) => ({ what: 'rejected-message', ...one }) as const));
    hits.push(...(await findCodes(fulfillment, byKind(await findCodesById(tx, id)))));
  }
  const exact = hits.length;
  for (const account of await findCompanies(tx, typed, mostHits))
    if (!byId.some((known) => known.account === account.account)) hits.push({ what: 'account', ...account });
  const known = new Set(hits.map((hit) => (hit.what === 'message' ? hit.id : undefined)));
  for (const order of await findOrdersWithoutAccount(tx, typed, mostHits))
    if (!known.has(order.id)) hits.push({ what: 'message', ...order });
  // What a refused message calls itself: under the same number another may have been accepted.
  const refused = await findRejectedByNumber(tx, typed.slice(0, 64), mostHits);
  hits.push(...refused.map((one) => ({ what: 'rejected-message', ...one }) as const));
  // As shown masked, too: `OS-…-345A` ends with the same four.
  const lastFour = /^(?:[A-Z]{2}-(?:…|\.\.\.)-)?([0-9A-Z]{4})$/i.exec(typed)?.[1];
  if (lastFour !== undefined) {
    const ending = await findCodesEnding(tx, lastFour.toUpperCase(), mostHits);
    hits.push(...(await findCodes(fulfillment, byKind(ending))));
  }
  const isMistyped = hits.length === 0 && found.outcome === 'mistyped';
  return { hits: hits.slice(0, mostHits * 2), exact, isMistyped };
}
