import { reading, statement } from '#src/persistence/database.ts';
import type { FaultContext } from '#test/chaos/faults/fault.ts';
import { searchFor } from '#test/chaos/judge/code-search.ts';
import type { FollowedEvent, Followers } from '#test/chaos/judge/followers.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';

interface Written {
  readonly id: string;
  readonly reseller: string | null;
  readonly account: string | null;
}

/**
 * Whether each decision and each PDF has its event, each event was shown once by the feed, those of an account by their sequence, and
 * was on the outcomes queue at least once; and whether a code stands in one.
 */
export async function judgeEvents(context: FaultContext, followers: Followers): Promise<void> {
  const { blame, tell } = context;
  const { database } = context.stage.fulfillment;
  const written = () =>
    statement<Written>(
      reading(database),
      `select event.id, event.reseller, coalesce(message.account, event.about->'data'->>'account') as account
       from event left join message on message.id = event.message`,
    );
  const left = await untilNoneLeft(async () => {
    const ids = (await written()).map(({ id }) => id);
    return ids.length - followers.all.length + ids.filter((id) => !followers.taken.has(id)).length;
  });
  if (left !== 0)
    blame(`${left ?? 'nobody knows how many'} events were not told of, or not put on the queue`);
  const events = new Map((await written()).map((event) => [event.id, event]));
  await judgeWebhooks(context, followers);
  const shown = new Set(followers.all.map(({ id }) => id));
  if (shown.size !== followers.all.length)
    blame(`the feed showed ${followers.all.length - shown.size} events twice`);
  const missing = [...events.keys()].filter((id) => !shown.has(id));
  if (missing.length > 0) blame(`the feed left ${missing.length} events out, such as ${missing[0]}`);
  const own = followers.all.filter(({ id }) => events.get(id)?.reseller === 'northwind');
  // The reseller may not have read on yet.
  await untilNoneLeft(async () => own.length - followers.own.length);
  if (JSON.stringify(own.map(({ id }) => id)) !== JSON.stringify(followers.own.map(({ id }) => id)))
    blame('a reseller was shown something else than what the feed shows of it to operators');
  const early = outOfOrder(followers.all, events);
  if (early > 0) blame(`${early} events of accounts came behind a later one`);
  for (const fault of await faultsOfEvents(context)) blame(fault);
  const codes = await statement<{ readonly code: string }>(
    reading(database),
    'select activation_code as code from license union select code from registration_key',
  );
  const search = searchFor(codes.map(({ code }) => code));
  const telling = followers.all.filter(({ text }) => search.in(text).length > 0);
  if (telling.length > 0) blame(`a code stands in ${telling.length} events, such as ${telling[0]?.id}`);
  const bodies = [...followers.told].filter(([, body]) => search.in(body).length > 0);
  if (bodies.length > 0) blame(`a code stands in ${bodies.length} webhooks, such as ${bodies[0]?.[0]}`);
  tell(
    `events: ${events.size} written, each shown once by the feed, on the queue and taken by the webhook at least once; none holds one of ${search.codes} codes`,
  );
}

/** Whether a receiver that fails a third of the time took each event, and none became a delivery twice. */
async function judgeWebhooks({ blame, stage }: FaultContext, followers: Followers): Promise<void> {
  const tx = reading(stage.fulfillment.database);
  const untold = async () => {
    // The schedule has tests of its own: what is tried again in minutes is due now.
    await statement(
      tx,
      `update delivery set next_attempt_at = now() where state = 'pending' and next_attempt_at > now()`,
    );
    const heard = await statement<{ readonly id: string }>(
      tx,
      'select id from event where made_at >= (select hears_since from webhook_endpoint)',
    );
    return heard.filter(({ id }) => !followers.told.has(id)).length;
  };
  const left = await untilNoneLeft(untold);
  if (left !== 0) blame(`${left ?? 'nobody knows how many'} events were not taken by the webhook's receiver`);
  const twice = await statement(tx, 'select event from delivery group by event having count(*) > 1');
  if (twice.length > 0) blame(`${twice.length} events became a delivery twice`);
}

function outOfOrder(shown: readonly FollowedEvent[], events: ReadonlyMap<string, Written>): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { id, sequence } of shown) {
    const account = events.get(id)?.account;
    if (account === undefined || account === null) continue;
    if ((last.get(account) ?? 0) > sequence) count += 1;
    last.set(account, Math.max(sequence, last.get(account) ?? 0));
  }
  return count;
}

/** What the ledger says happened and no event tells, or more than one does. */
async function faultsOfEvents({ stage }: FaultContext): Promise<readonly string[]> {
  const [counted] = await statement<Readonly<Record<string, number>>>(
    reading(stage.fulfillment.database),
    `select
       (select count(*)::integer from message where status <> 'accepted' and 1 <> (
         select count(*) from event where event.message = message.id
           and type = replace(message.kind, '-', '_') || '.' || message.status)) as "decisions without their one event",
       (select count(*)::integer from certificate where rendered_at is not null and 1 <> (
         select count(*) from event where type = 'certificate.ready' and certificate_number = number
           and certificate_version = version)) as "certificates without their one event",
       (select count(*)::integer from reversal join message on message.id = reversal.message
         where not taken_along and kind in ('upgrade-order', 'change-request') and 1 <> (
           select count(*) from event where event.message = message.id and type like '%.returned')) as "returns without their one event",
       (select count(*)::integer from event where type not like '%.returned' and type not in ('certificate.ready', 'license.expiring')
         and not exists (select from message where message.id = event.message and message.status <> 'accepted')) as "events of what was not decided"`,
  );
  return Object.entries(counted ?? {}).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}
