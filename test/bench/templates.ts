import { escapeIdentifier, type Client } from 'pg';
import { mergeRequestV1 } from '#jobs/merge-request.ts';
import { messageOf, type Message } from '#jobs/message.ts';
import { registrationV1 } from '#jobs/registration.ts';
import { upgradeOrderV1 } from '#jobs/upgrade-order.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import {
  mergeData,
  orderData,
  registrationData,
  templateMessages,
  type BaseSize,
  type Mix,
} from '#test/bench/messages-mix.ts';
import { rowsOfMix } from '#test/bench/rows-of-mix.ts';

/** A table's rows that the product wrote for the template messages, kept in `template.<mix>_<insert|update>_<table>` with `k`. */
export interface TemplateTable {
  readonly table: string;
  readonly change: 'insert' | 'update';
  /** `schema.table` of the rows after the change. */
  readonly rows: string;
  readonly key: readonly string[];
  /** Columns to write: all that can be, or those that the product changed. */
  readonly columns: readonly string[];
  readonly rowsPerMessage: number;
  readonly bytesPerRow: number;
}

export type Templates = Readonly<Record<Mix, readonly TemplateTable[]>>;

/** Has the product fulfil messages of each mix and keeps what it wrote. */
export async function writeTemplates(
  client: Client,
  fulfillment: Fulfillment,
  size: BaseSize,
  registrationKeys: readonly string[],
): Promise<Templates> {
  await client.query("create schema template; set work_mem = '256MB'");
  const messages = (from: number, make: (number: number) => Message) =>
    Array.from({ length: templateMessages }, (_, i) => make(from + i));
  const orders = messages(size.orders, (number) =>
    messageOf('upgrade-order', upgradeOrderV1.parse(orderData(number))),
  );
  const registrations = messages(size.registrations, (number) =>
    messageOf('registration', registrationV1.parse(registrationData(number, registrationKeys[number] ?? ''))),
  );
  const merges = messages(size.merges, (number) =>
    messageOf('merge-request', mergeRequestV1.parse(mergeData(number))),
  );
  const write = (mix: Mix, list: readonly Message[], first: number) =>
    writeTemplate(client, fulfillment, mix, list, first);
  return {
    orders: await write('orders', orders, size.orders),
    registrations: await write('registrations', registrations, size.registrations),
    merges: await write('merges', merges, size.merges),
  };
}

async function writeTemplate(
  client: Client,
  fulfillment: Fulfillment,
  mix: Mix,
  messages: readonly Message[],
  first: number,
): Promise<readonly TemplateTable[]> {
  const { rows: tables } = await client.query<{ readonly name: string; readonly key: readonly string[] }>(
    tablesWithKeys,
  );
  await client.query('create schema before');
  for (const { name, key } of tables)
    await client.query(
      `create table before.${name} as select * from public.${name}; alter table before.${name} add primary key (${key.join(', ')}); analyze before.${name}`,
    );
  const endings = await decideBatch(
    fulfillment,
    messages.map((message) => ({ message })),
  );
  const wrong = endings.find((ending) => ending.outcome !== 'decided' || ending.status !== 'fulfilled');
  if (wrong) throw new Error(`A message of the ${mix} was not fulfilled: ${JSON.stringify(wrong)}`);
  const templates: TemplateTable[] = [];
  for (const { name, key } of tables) {
    const same = key
      .map((part) => `before.${escapeIdentifier(part)} = after.${escapeIdentifier(part)}`)
      .join(' and ');
    const inserted = `select after.* from public.${name} as after where not exists (select from before.${name} as before where ${same})`;
    const updated = `select after.* from (table public.${name} except table before.${name}) as after
      where exists (select from before.${name} as before where ${same})`;
    for (const [change, select] of [
      ['insert', inserted],
      ['update', updated],
    ] as const) {
      const rows = `template.${mix}_${change}_${name}`;
      const k = `${rowsOfMix[mix].numberOf[name] ?? 'null::integer'} - ${first}`;
      const made = await client.query(
        `create table ${rows} as select ${k} as k, row_number() over () as place, changed.* from (${select}) as changed order by k`,
      );
      if (!made.rowCount) continue;
      await client.query(`create index on ${rows} (k)`);
      const columns = await columnsOf(client, name, change === 'update' ? { rows, key } : undefined);
      const [sum] = (
        await client.query<{ readonly bytes: string }>(
          `select avg(pg_column_size(row.*)) as bytes from (${select}) as row`,
        )
      ).rows;
      templates.push({
        table: name,
        change,
        rows,
        key,
        columns,
        rowsPerMessage: made.rowCount / templateMessages,
        bytesPerRow: Number(sum?.bytes),
      });
    }
  }
  await client.query('drop schema before cascade');
  return templates;
}

/** All columns that can be written; of an update, those that differ from before. */
async function columnsOf(
  client: Client,
  table: string,
  update?: { readonly rows: string; readonly key: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await client.query<{ readonly name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_identity = 'NO' order by ordinal_position`,
    [table],
  );
  if (!update) return rows.map(({ name }) => name);
  const changed: string[] = [];
  for (const { name } of rows) {
    const column = escapeIdentifier(name);
    const same = update.key.map((part) => `before.${part} = after.${part}`).join(' and ');
    const found = await client.query(
      `select from ${update.rows} as after join before.${table} as before on ${same}
       where after.${column} is distinct from before.${column} limit 1`,
    );
    if (found.rowCount) changed.push(name);
  }
  return changed;
}

const tablesWithKeys = `
  select relname as name, array_agg(attname::text order by ordinality) as key
  from pg_class join pg_constraint on conrelid = pg_class.oid and contype = 'p'
  cross join unnest(conkey) with ordinality as part (number, ordinality)
  join pg_attribute on attrelid = pg_class.oid and attnum = part.number
  where relnamespace = 'public'::regnamespace and relname <> 'schema_migration' group by relname order by relname`;
