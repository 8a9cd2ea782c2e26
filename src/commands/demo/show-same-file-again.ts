import { feedOrders } from '#src/commands/demo/feed-orders.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';

interface State {
  readonly messages: number;
  readonly licenses: number;
  readonly grants: number;
  readonly keys: number;
  readonly certificates: number;
  /** Of every row of these. */
  readonly digest: string;
}

/** Feeds the same file a second time: nothing may change. */
export async function showSameFileAgain(stage: Stage): Promise<void> {
  const { database } = stage.system;
  const before = await stateOf(database);
  const { result } = await feedOrders(stage);
  const after = await stateOf(database);
  if (result.accepted > 0 || before.digest !== after.digest)
    throw new CommandError('Feeding the same file again changed something, which it must not.');
  print(heading('The same file again'));
  printProse(
    `${result.repeats} repeats, ${result.conflicts} conflict, ${result.invalid} invalid, nothing accepted. Before and after there are ${after.messages} messages, ${after.keys} Registration Keys, ${after.licenses} licenses with ${after.grants} grants, ${after.certificates} certificate versions: nothing changed.`,
  );
}

async function stateOf(database: Database): Promise<State> {
  const [state] = await statement<State>(
    reading(database),
    `select (select count(*)::integer from message) as messages, (select count(*)::integer from license) as licenses,
       (select count(*)::integer from license_grant) as grants, (select count(*)::integer from registration_key) as keys,
       (select count(*)::integer from certificate) as certificates,
       md5(concat((select string_agg(message::text, '' order by id) from message), (select string_agg(license::text, '' order by id) from license),
         (select string_agg(license_grant::text, '' order by license, number) from license_grant),
         (select string_agg(registration_key::text, '' order by id) from registration_key),
         (select string_agg(facts::text, '' order by number, version) from certificate))) as digest`,
  );
  if (!state) throw new CommandError('PostgreSQL did not say what it holds.');
  return state;
}
