import { reading, statement } from '#src/persistence/database.ts';
import type { Stage } from '#test/chaos/stage/stage.ts';

/** Changes as long as anything is accepted, decided or rendered. */
export async function workDone({ fulfillment }: Stage): Promise<string> {
  const [row] = await statement<{ readonly done: string }>(
    reading(fulfillment.database),
    `select concat_ws(' ', (select max(accepted_number) from message), (select last_value from decision_number),
       (select count(*) from certificate where rendered_at is null)) as done`,
  );
  return row?.done ?? '';
}
