import { changeKinds, type ChangeKind } from '#src/domain/lifecycle/change-request.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';

/** How many change requests of a kind were decided, and how many of them had an effect. */
export interface ChangesMade {
  readonly kind: ChangeKind;
  readonly decided: number;
  readonly fulfilled: number;
}

export async function changesMade(database: Database): Promise<readonly ChangesMade[]> {
  const rows = await statement<ChangesMade>(
    reading(database),
    `select content->>'kind' as kind, count(*)::integer as decided, (count(*) filter (where status = 'fulfilled'))::integer as fulfilled
     from message where kind = 'change-request' and decided_number is not null group by 1`,
  );
  return changeKinds.map(
    (kind) => rows.find((row) => row.kind === kind) ?? { kind, decided: 0, fulfilled: 0 },
  );
}
