import type { MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';

/** A message as a list shows it. */
export interface ListedMessage {
  readonly id: string;
  readonly kind: MessageKind;
  readonly number: string;
  readonly reseller: string | null;
  readonly account: string | null;
  readonly company: string | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly acceptedAt: string;
}

export interface MessageFilter {
  readonly kind?: MessageKind | undefined;
  readonly status?: MessageStatus | undefined;
  readonly reseller?: string | undefined;
  readonly account?: string | undefined;
  readonly reason?: string | undefined;
  /** Instants of acceptance: from the first on, before the second. */
  readonly from?: string | undefined;
  readonly before?: string | undefined;
  /** Older than the message of this id. */
  readonly after?: string | undefined;
}

/** A page of messages, and how its list goes on. */
export interface ListedMessages {
  readonly messages: readonly ListedMessage[];
  /** Id of the message behind which the list goes on; null at its end. */
  readonly next: string | null;
  /** Whether looking on was given up before the page was full: those that fit are rare among what was looked through. */
  readonly gaveUp: boolean;
}

/** So many messages are looked through for one page: whatever the filters are, a page takes as long at most. */
export const mostLookedThrough = 5000;

/** What a list is read along, in the order of an index. */
interface Course {
  readonly conditions: readonly string[];
  /** Of the two orders that mean the same, but for messages that were accepted at the same moment. */
  readonly order: 'id' | 'accepted_number';
  /** The filters that hold of all that is on it. */
  readonly answers: readonly (keyof MessageFilter)[];
}

/** Makes a parameter of a value. @returns its name */
type Parameter = (value: unknown) => string;

/** Messages, the latest first, at most `limit`. */
export async function listMessages(
  tx: Transaction,
  filter: MessageFilter,
  limit: number,
): Promise<ListedMessages> {
  const parameters: unknown[] = [];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const { conditions, order, answers } = courseOf(filter, parameter);
  const along = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const fits = fittingTo(filter, answers, parameter);
  const rows = await statement<ListedMessage>(
    tx,
    `select id, kind, number, reseller, account, content->'customer'->>'company' as company, status, reason->>'code' as reason,
       accepted_at as "acceptedAt"
     from (select * from message ${along} order by ${order} desc limit ${mostLookedThrough}) as looked
     ${fits.length > 0 ? `where ${fits.join(' and ')}` : ''}
     order by ${order} desc limit ${parameter(limit + 1)}`,
    parameters,
  );
  const messages = rows
    .slice(0, limit)
    .map((row) => ({ ...row, acceptedAt: new Date(row.acceptedAt).toISOString() }));
  if (rows.length > limit) return { messages, next: messages.at(-1)?.id ?? null, gaveUp: false };
  const next = fits.length === 0 ? null : await lastLookedThrough(tx, filter);
  return { messages, next, gaveUp: next !== null };
}

/** The message at which looking was given up; null when all were looked through. */
async function lastLookedThrough(tx: Transaction, filter: MessageFilter): Promise<string | null> {
  const parameters: unknown[] = [];
  const { conditions, order } = courseOf(filter, (value) => `$${parameters.push(value)}`);
  const along = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const [row] = await statement<{ readonly id: string }>(
    tx,
    `select id from message ${along} order by ${order} desc offset ${mostLookedThrough - 1} limit 1`,
    parameters,
  );
  return row?.id ?? null;
}

function courseOf(filter: MessageFilter, parameter: Parameter): Course {
  const { conditions, order, answers } = beginningOf(filter, parameter);
  const { from, before, after } = filter;
  const later: string[] = [];
  if (order === 'id') {
    if (from !== undefined) later.push(`id >= ${parameter(leastIdOf(from))}::uuid`);
    if (before !== undefined) later.push(`id < ${parameter(leastIdOf(before))}::uuid`);
    if (after !== undefined) later.push(`id < ${parameter(after)}::uuid`);
    return { conditions: [...conditions, ...later], order, answers: [...answers, 'from', 'before'] };
  }
  // Ids are made a little before their messages are accepted, in another order perhaps: what these bounds let through is looked at again.
  if (before !== undefined)
    later.push(
      `accepted_number <= ${outOfOrder} + (select accepted_number from message as last
         where last.id < ${parameter(leastIdOf(before))}::uuid order by last.id desc limit 1)`,
    );
  if (from !== undefined)
    later.push(
      `accepted_number >= -${outOfOrder} + (select accepted_number from message as first
         where first.id >= ${parameter(leastIdOf(from))}::uuid order by first.id limit 1)`,
    );
  if (after !== undefined)
    later.push(
      `accepted_number < (select accepted_number from message as last where last.id = ${parameter(after)}::uuid)`,
    );
  return { conditions: [...conditions, ...later], order, answers };
}

/** The first filter that is asked for, of those that have an index, the rarer ones before. */
function beginningOf(
  { account, reason, status, kind, reseller }: MessageFilter,
  parameter: Parameter,
): Course {
  if (account !== undefined)
    return {
      conditions: [`account = ${parameter(account)}`],
      order: 'accepted_number',
      answers: ['account'],
    };
  if (reason !== undefined)
    return {
      conditions: ['reason is not null', `reason->>'code' = ${parameter(reason)}`],
      order: 'id',
      answers: ['reason'],
    };
  // Kind and status stand in the text: one plan for all could not use the indexes of few.
  if (status === 'accepted')
    return { conditions: [`status = '${status}'`], order: 'accepted_number', answers: ['status'] };
  if (status === 'held' || status === 'rejected')
    return { conditions: [`status = '${status}'`], order: 'id', answers: ['status'] };
  if (kind !== undefined && kind !== 'upgrade-order')
    return { conditions: [`kind <> 'upgrade-order'`, `kind = '${kind}'`], order: 'id', answers: ['kind'] };
  if (reseller !== undefined)
    return {
      conditions: [`reseller = ${parameter(reseller)}`],
      order: 'accepted_number',
      answers: ['reseller'],
    };
  return { conditions: [], order: 'id', answers: [] };
}

/** No more messages are accepted between the making of an id and its acceptance. */
const outOfOrder = 10_000;

/** The filters that the course does not answer. */
function fittingTo(
  filter: MessageFilter,
  answers: Course['answers'],
  parameter: Parameter,
): readonly string[] {
  const { account, reason, status, kind, reseller, from, before } = filter;
  const fits: string[] = [];
  const ask = (
    name: keyof MessageFilter,
    value: string | undefined,
    condition: (value: string) => string,
  ) => {
    if (value !== undefined && !answers.includes(name)) fits.push(condition(value));
  };
  ask('account', account, (value) => `account = ${parameter(value)}`);
  ask('reason', reason, (value) => `reason->>'code' = ${parameter(value)}`);
  ask('status', status, (value) => `status = '${value}'`);
  ask('kind', kind, (value) => `kind = '${value}'`);
  ask('reseller', reseller, (value) => `reseller = ${parameter(value)}`);
  ask('from', from, (value) => `id >= ${parameter(leastIdOf(value))}::uuid`);
  ask('before', before, (value) => `id < ${parameter(leastIdOf(value))}::uuid`);
  return fits;
}
