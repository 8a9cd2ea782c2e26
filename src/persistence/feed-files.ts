import { newId } from '#src/mechanisms/new-id.ts';
import { selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A file of a drop folder (contract §11). */
export interface FeedFile {
  readonly id: string;
  readonly reseller: string;
  /** As it was called where it was dropped. */
  readonly name: string;
  /** As it is called in `work`, while it is there. */
  readonly workName: string;
  /**
   * `importing`: its rows are being recorded. `imported`: they are; the result file is to be written, and the file to be put away.
   * `waiting`: its messages are to end. `told`: its outcomes were written, some of them held. `ended`: nothing of it changes any more.
   */
  readonly state: 'importing' | 'imported' | 'waiting' | 'told' | 'ended';
  /** The column of what its rows are about. */
  readonly reference: 'orderNumber' | 'requestNumber' | null;
  /** Nothing of it could be read. */
  readonly isRefused: boolean;
  readonly resultName: string | null;
  readonly keptName: string | null;
  readonly outcomesName: string | null;
}

/** Whose turn it is: a drop folder, a reseller's part of it, and the watcher that asks. */
export interface FeedPlace {
  readonly folder: string;
  readonly reseller: string;
  readonly holder: string;
}

/** A watcher works on a file for so long without a word to PostgreSQL; then others take it for dead. */
const leaseSeconds = 20;

const keptDays = 30;

const columns = selecting('feed_file', [
  'id',
  'reseller',
  'name',
  'workName',
  'state',
  'reference',
  'isRefused',
  'resultName',
  'keptName',
  'outcomesName',
]);

/** Nobody else takes, names or puts away a file of this reseller in this folder until the transaction ends. */
export async function lockFeedPlace(tx: Transaction, { folder, reseller }: FeedPlace): Promise<void> {
  await statement(
    tx,
    `select pg_advisory_xact_lock(hashtextextended('feed folder:' || $1 || ':' || $2, 0))`,
    [folder, reseller],
  );
}

/** Whether another watcher, which lives, is recording a file of this reseller: they are recorded one after the other. */
export async function isRecording(
  tx: Transaction,
  { folder, reseller, holder }: FeedPlace,
): Promise<boolean> {
  const found = await statement(
    tx,
    `select from feed_file where folder = $1::uuid and reseller = $2 and state = 'importing'
       and holder <> $3::uuid and leased_until > clock_timestamp() limit 1`,
    [folder, reseller, holder],
  );
  return found.length > 0;
}

/** Files that nobody who lives works on, but which are still in `work`; and those whose outcomes can be written. */
export async function findOwedFeedFiles(
  tx: Transaction,
  folder: string,
  limit: number,
): Promise<readonly FeedFile[]> {
  return statement<FeedFile>(
    tx,
    `select ${columns} from feed_file
     where folder = $1::uuid and state <> 'ended' and (holder is null or leased_until <= clock_timestamp()) and case state
       when 'waiting' then (
         select 1 from feed_file_row as line join message on message.id = line.message
         where line.file = feed_file.id and line.result in ('accepted', 'repeat') and message.status = 'accepted'
         -- The last rows are decided last.
         order by line.row desc limit 1) is null
       when 'told' then exists (
         select from feed_file_row as line join message on message.id = line.message
         where line.file = feed_file.id and line.was_held and message.status in ('fulfilled', 'rejected'))
       else true end
     order by id limit $2`,
    [folder, limit],
  );
}

/** The file that has this name in `work`, if it is known. */
export async function findInWork(
  tx: Transaction,
  { folder, reseller }: FeedPlace,
  workName: string,
): Promise<FeedFile | undefined> {
  const [found] = await statement<FeedFile>(
    tx,
    `select ${columns} from feed_file
     where folder = $1::uuid and reseller = $2 and work_name = $3 and state in ('importing', 'imported')`,
    [folder, reseller, workName],
  );
  return found;
}

/** Notes a file that was just taken, and leases it. */
export async function insertFeedFile(
  tx: Transaction,
  { folder, reseller, holder }: FeedPlace,
  name: string,
  workName: string,
): Promise<FeedFile> {
  const [file] = await statement<FeedFile>(
    tx,
    `insert into feed_file (id, folder, reseller, name, work_name, state, holder, leased_until)
     values ($1, $2, $3, $4, $5, 'importing', $6, clock_timestamp() + make_interval(secs => ${leaseSeconds}))
     returning ${columns}`,
    [newId(), folder, reseller, name, workName, holder],
  );
  if (!file) throw new Error('PostgreSQL did not say what it wrote.');
  return file;
}

/** Takes or prolongs the lease. @returns the file as it stands; undefined when another has it */
export async function leaseFeedFile(
  tx: Transaction,
  id: string,
  holder: string,
): Promise<FeedFile | undefined> {
  const [file] = await statement<FeedFile>(
    tx,
    `update feed_file set holder = $2::uuid, leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
     where id = $1::uuid and state <> 'ended' and (holder is null or holder = $2::uuid or leased_until <= clock_timestamp())
     returning ${columns}`,
    [id, holder],
  );
  return file;
}

/** Gives up what this watcher holds, so that others need not wait for it. */
export async function releaseFeedFile(tx: Transaction, id: string, holder: string): Promise<void> {
  await statement(
    tx,
    'update feed_file set holder = null, leased_until = null where id = $1::uuid and holder = $2::uuid',
    [id, holder],
  );
}

/** What is known of a file from now on; what is absent stays. */
export type FeedFileChange = Partial<Omit<FeedFile, 'id' | 'reseller' | 'name' | 'workName'>>;

/** @returns the file as it stands then; undefined when another watcher has it by now: nothing was changed */
export async function changeFeedFile(
  tx: Transaction,
  id: string,
  holder: string,
  { state, reference, isRefused, resultName, keptName, outcomesName }: FeedFileChange,
): Promise<FeedFile | undefined> {
  const [changed] = await statement<FeedFile>(
    tx,
    `update feed_file set state = coalesce($3, state), reference = coalesce($4, reference), is_refused = coalesce($5, is_refused),
       result_name = coalesce($6, result_name), kept_name = coalesce($7, kept_name), outcomes_name = coalesce($8, outcomes_name),
       ended_at = case when $3 = 'ended' then now() else ended_at end
     where id = $1::uuid and holder = $2::uuid returning ${columns}`,
    [id, holder, state, reference, isRefused, resultName, keptName, outcomesName],
  );
  return changed;
}

/** Names in `out`, `done` and `failed` that files of this reseller have chosen, and may not have used yet. */
export async function reservedNames(
  tx: Transaction,
  { folder, reseller }: FeedPlace,
): Promise<ReadonlySet<string>> {
  const rows = await statement<{ readonly name: string }>(
    tx,
    `select names.name from feed_file
     cross join lateral unnest(array['out/' || result_name, 'out/' || outcomes_name,
       case when is_refused then 'failed/' else 'done/' end || kept_name]) as names (name)
     where feed_file.folder = $1::uuid and feed_file.reseller = $2 and state <> 'ended' and names.name is not null
       and (state in ('importing', 'imported') or names.name = 'out/' || outcomes_name)`,
    [folder, reseller],
  );
  return new Set(rows.map(({ name }) => name));
}

/** The file was never recorded, or nothing is to be told of it. */
export async function forgetFeedFile(tx: Transaction, id: string, holder: string): Promise<void> {
  await statement(tx, 'delete from feed_file where id = $1::uuid and holder = $2::uuid', [id, holder]);
}

/** Nothing is to be written of these files any more. Their rows go at once, the files after 30 days. Safe to repeat. */
export async function removeOldFeedFiles(tx: Transaction, folder: string): Promise<void> {
  await statement(
    tx,
    `delete from feed_file where id in (
       select id from feed_file where state = 'ended' and ended_at < now() - make_interval(days => ${keptDays}) and folder = $1::uuid
       order by ended_at limit 1000)`,
    [folder],
  );
}

/** Names in `work` that files have which are not put away. */
export async function namesInWork(
  tx: Transaction,
  { folder, reseller }: FeedPlace,
): Promise<ReadonlySet<string>> {
  const rows = await statement<{ readonly name: string }>(
    tx,
    `select work_name as name from feed_file where folder = $1::uuid and reseller = $2 and state in ('importing', 'imported')`,
    [folder, reseller],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Files that were taken so long ago, and are not put away. */
export async function countLongTaken(tx: Transaction, folder: string, seconds: number): Promise<number> {
  const [row] = await statement<{ readonly count: number }>(
    tx,
    `select count(*)::integer as count from feed_file
     where folder = $1::uuid and state in ('importing', 'imported') and taken_at < now() - make_interval(secs => $2::float8)`,
    [folder, seconds],
  );
  return row?.count ?? 0;
}
