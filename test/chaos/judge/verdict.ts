import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { auditBooks, type Books } from '#src/persistence/books.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { differences, ledgerState } from '#test/chaos/judge/ledger-state.ts';
import type { Replay } from '#test/chaos/judge/replay.ts';
import { firstDecision } from '#test/fulfillment/replay.ts';

/** What the books and the model say at a moment at which everything has ended. */
export interface Verdict {
  readonly books: Books;
  /** Effects that happened more than once. */
  readonly doubled: number;
  /** Orders of one account that took effect before one that was accepted earlier. */
  readonly outOfTurn: number;
  /** In which the ledger differs from the sequential replay; empty when they are equal. */
  readonly differences: readonly string[];
}

export async function judge(fulfillment: Fulfillment, model: Fulfillment, replay: Replay): Promise<Verdict> {
  const tx = reading(fulfillment.database);
  const books = await auditBooks(tx);
  const [counted] = await statement<{ readonly doubled: number; readonly outOfTurn: number }>(
    tx,
    `select (${doubledSql})::integer as doubled, (${outOfTurnSql})::integer as "outOfTurn"`,
  );
  await replay.catchUp();
  return {
    books,
    doubled: counted?.doubled ?? 0,
    outOfTurn: counted?.outOfTurn ?? 0,
    differences: differences(await ledgerState(fulfillment), await ledgerState(model)),
  };
}

/** What is wrong, in words; empty when nothing is. */
export function faultsOf(verdict: Verdict): readonly string[] {
  const { books, doubled, outOfTurn, differences: found } = verdict;
  return [
    ...books.contradictions.map(({ check, count }) => `${count} ${check}`),
    ...(books.open > 0 ? [`${books.open} messages are still open`] : []),
    ...(doubled > 0 ? [`${doubled} effects happened twice`] : []),
    ...(outOfTurn > 0 ? [`${outOfTurn} orders took effect before an older one of their account`] : []),
    ...(found.length > 0
      ? [`the ledger differs from the replay in ${found.length} lines`, ...found.slice(0, 6)]
      : []),
  ];
}

/** Constraints forbid the first two as well; the third is a message that ended twice by its own history. */
const doubledSql = `
  select (select count(*) from (select message from certificate group by message having count(*) > 1) as twice)
       + (select count(*) from (select license, cause from license_grant group by license, cause having count(*) > 1) as twice)
       + (select count(*) from message where (select count(*) from jsonb_array_elements(events) as event
            where event->>'event' in ('fulfilled', 'rejected', 'held'))
            > case when reason->>'code' = 'WITHDRAWN' then 2 else 1 end)`;

const outOfTurnSql = `
  select count(*) from (
    select decided < max(decided) over (partition by account order by accepted_number) as early
    from (select account, accepted_number, kind, ${firstDecision} as decided from message where decided_number is not null) as message where kind = 'upgrade-order' and account is not null
  ) as turns where early`;
