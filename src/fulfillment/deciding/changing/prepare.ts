import type { License } from '#src/domain/license.ts';
import { keysOf, loadHistory, type Past } from '#src/fulfillment/deciding/changing/load-history.ts';
import type { ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import { looksBack, type Change, type Reach } from '#src/fulfillment/deciding/changing/reach.ts';
import { identityOf } from '#src/fulfillment/deciding/message-names.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { NamedRow } from '#src/persistence/account-history.ts';
import { findLicenseSeries } from '#src/persistence/change-targets.ts';
import type { Transaction } from '#src/persistence/database.ts';

/** Gathers, under the locks, what deciding the change requests needs beside the working set, by their ids. */
export async function prepareChanges(
  tx: Transaction,
  set: WorkingSet,
  changes: readonly (Change & { readonly id: string })[],
  reach: Reach,
): Promise<ReadonlyMap<string, ChangeMaterial>> {
  if (changes.length === 0) return new Map();
  const licenses = changes.flatMap((change) => [
    licenseOf(set, change)?.id ?? [],
    reach.named.get(identityOf(change))?.target ?? [],
  ]);
  const [series, ...materials] = await Promise.all([
    findLicenseSeries(tx, licenses.flat()),
    ...changes.map(async (change): Promise<readonly [string, ChangeMaterial]> => {
      const named = reach.named.get(identityOf(change));
      const past = looksBack(change) ? pastOf(set, change, named) : undefined;
      const history = past && (await loadHistory(tx, set, past));
      return [change.id, { named, key: named?.keyId ?? undefined, reversal: reversalOf(named), history }];
    }),
  ]);
  const bySeries = new Map(series.map(({ license, ...last }) => [license, last]));
  return new Map(materials.map(([id, material]) => [id, { ...material, series: bySeries }]));
}

/** The licenses, wherever they are, of the keys that the change looks at. */
export function servedFor(set: WorkingSet, change: Change, reach: Reach): readonly License[] {
  const named = reach.named.get(identityOf(change));
  const past = looksBack(change) ? pastOf(set, change, named) : undefined;
  if (past) return keysOf(set, past).flatMap((key) => set.servedBy(key));
  const { content } = change;
  const code = 'registrationKey' in content ? content.registrationKey : undefined;
  const key = code === undefined ? set.key(named?.keyId ?? '') : set.namedKey(code)?.active;
  const active = key && set.namedKey(key.code)?.active;
  return active ? set.servedBy(active) : [];
}

function licenseOf(set: WorkingSet, { content }: Change) {
  const code = 'activationCode' in content ? content.activationCode : undefined;
  return code === undefined ? undefined : set.licenseByCode(code);
}

function reversalOf(named: NamedRow | undefined): ChangeMaterial['reversal'] {
  if (!named || named.reversedBy === null) return undefined;
  return {
    message: named.id,
    reversedBy: named.reversedBy,
    takenAlong: named.takenAlong === true,
    requestNumber: named.reverser ?? named.reversedBy,
  };
}

/** The accounts and keys whose history decides the request; undefined where there is nothing to look back on. */
function pastOf(set: WorkingSet, { content }: Change, named: NamedRow | undefined): Past | undefined {
  if (content.kind === 'cancellation') {
    const byCode =
      content.registrationKey === undefined ? undefined : set.namedKey(content.registrationKey)?.active.id;
    const key = set.key(named?.keyId ?? byCode ?? '');
    return key && { accounts: key.account === null ? [] : [key.account], keys: [key.id], since: undefined };
  }
  if (!named || named.status !== 'fulfilled' || named.reversedBy !== null) return undefined;
  if (named.kind === 'merge-request') {
    const { content: merge } = named;
    const accounts = merge.kind === 'service' ? [merge.into, merge.from] : [merge.account];
    return { accounts, keys: [], since: named };
  }
  const own = named.factsAccount ?? (named.kind === 'change-request' ? named.account : null);
  const account = own ?? named.keyAccount ?? named.targetAccount;
  const keys = [named.keyId, named.target].flatMap((id) => id ?? []);
  return { accounts: account === null ? [] : [account], keys, since: named };
}
