import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import type { Run } from '#test/lifecycle/oracle/run.ts';

/** What a run's accounts, keys and licenses are, by symbols: comparable between runs of a history. What a return revoked or ended is left out. */
export type State = readonly string[];

interface Row {
  readonly run: string;
  readonly id: string;
  readonly what: 'account' | 'key' | 'license';
  readonly refs: readonly string[];
  readonly merged: string | null;
  readonly figures: unknown;
}

const rows = `
  select split_part(account.id, '-', 1) as run, account.id, 'account' as what, '{}'::uuid[] as refs, null as merged,
    jsonb_build_array(split_part(account.id, '-', 2), split_part(merged_into, '-', 2), reseller, claimed, region) as figures
  from account where split_part(account.id, '-', 1) = any($1::text[])
  union all
  select split_part(order_number, '-', 1), key.id::text, 'key', '{}', alias_of::text,
    jsonb_build_array(suite, split_part(account, '-', 2), reseller, split_part(order_number, '-', 2), seats, starts_on, valid_through,
      anchor, suspended, ended_on, customer - 'account', split_part(customer->>'account', '-', 2))
  from registration_key as key
  where split_part(order_number, '-', 1) = any($1::text[])
    and not exists (select from message where message.id = key.ended_by and message.content->>'kind' = 'return')
  union all
  select split_part(account, '-', 1), license.id::text, 'license', extended_by, merged_into::text,
    jsonb_build_array(split_part(account, '-', 2), pid, type, edition, status, seats, valid_through, anchor)
  from license where split_part(account, '-', 1) = any($1::text[]) and revoked_by is null`;

/**
 * @param left numbers of steps that are left out, by run: they name nothing
 */
export async function statesOf(
  ledger: Ledger,
  runs: readonly { readonly run: Run; readonly left: ReadonlySet<number> }[],
): Promise<ReadonlyMap<string, State>> {
  const found = await ledger.query<Row>(rows, [runs.map(({ run }) => run.name)]);
  const messages = runs.flatMap(({ run }) => [...run.outcomes.values()].flatMap(({ id }) => id ?? []));
  const gone = await ledger.query<{ readonly id: string }>(
    'select message as id from reversal where message = any($1::uuid[])',
    [messages],
  );
  const takenBack = new Set(gone.map(({ id }) => id));
  const byRun = Map.groupBy(found, (row) => row.run);
  return new Map(
    runs.map(({ run, left }) => {
      const own = byRun.get(run.name) ?? [];
      const names = namesOf(run, left, takenBack);
      const lines = own.map(({ what, id, refs, merged, figures }) =>
        JSON.stringify([
          what,
          what === 'account' ? '' : (names.get(id) ?? 'imported'),
          figures,
          refs.map((ref) => names.get(ref) ?? '?').sort(),
          merged === null ? null : (names.get(merged) ?? 'imported'),
        ]),
      );
      return [run.name, lines.sort()];
    }),
  );
}

/** A key is named after the first order of it that counts, a license after the one that issued it. */
function namesOf(
  { ids, outcomes }: Run,
  left: ReadonlySet<number>,
  takenBack: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [symbol, id] of ids) {
    const at = Number(/^[KI](\d+)/.exec(symbol)?.[1] ?? -1);
    const { id: message = '', kind, orderNumber } = outcomes.get(at) ?? {};
    if (takenBack.has(message)) continue;
    const isOwn = symbol.startsWith('K') ? orderNumber !== undefined : kind === undefined;
    if (!names.has(id) && !left.has(at) && isOwn) names.set(id, symbol);
  }
  return names;
}
