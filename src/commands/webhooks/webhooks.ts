import { userInfo } from 'node:os';
import { eventTypes } from '#jobs/event-types.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { dim, heading, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { sendTest } from '#src/commands/webhooks/send-test.ts';
import { withDatabase, type Session } from '#src/commands/with-database.ts';
import {
  changeEndpoint,
  makeEndpoint,
  mostEndpoints,
  rotateSecret,
  type EndpointWithSecret,
} from '#src/fulfillment/batch/webhook-endpoints.ts';
import { shownDelivery } from '#src/fulfillment/looking/shown-delivery.ts';
import { reading } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';
import { listEndpoints, type EndpointRow } from '#src/persistence/webhook-endpoints.ts';
import { openWebhooks } from '#src/process/webhooks.ts';
import { faultOfTarget } from '#src/webhooks/target.ts';

interface Json {
  readonly json?: boolean | undefined;
}

/** Whoever may run commands acts as the user of this system. */
const by = () => `operator ${userInfo().username}`;

export async function runWebhookAdd(
  url: string,
  { reseller, types, json }: Json & { readonly reseller?: string; readonly types?: string },
): Promise<0> {
  const wanted = types?.split(',').map((type) => type.trim()) ?? [];
  const unknown = wanted.find((type) => !eventTypes.includes(type));
  if (unknown !== undefined)
    throw new CommandError(`There is no type of event "${unknown}"; there are: ${eventTypes.join(', ')}.`, 2);
  const made = await withDatabase(async ({ database, configuration }) => {
    const { sealing, rule } = await openWebhooks(database, configuration);
    const fault = faultOfTarget(url, rule);
    if (fault !== undefined) throw new CommandError(`The URL ${fault}.`, 2);
    if (reseller !== undefined && (await findResellers(reading(database), [reseller])).length === 0)
      throw new CommandError(`There is no reseller "${reseller}".`);
    return makeEndpoint(
      database,
      sealing,
      { reseller: reseller ?? null, url, types: [...new Set(wanted)] },
      { by: by() },
    );
  });
  if (!made) throw new CommandError(`There are ${mostEndpoints} endpoints already.`);
  const whose = reseller === undefined ? 'everything' : `the events of ${reseller}`;
  showSecret(made, json, `${url} hears ${whose} from now on.`);
  return 0;
}

export async function runWebhookList({ reseller, json }: Json & { readonly reseller?: string }): Promise<0> {
  const scope = reseller === undefined ? 'all' : { reseller };
  const endpoints = await withDatabase(({ database }) => listEndpoints(reading(database), scope, 10_000));
  if (json) printJson(endpoints.map(shown));
  else if (endpoints.length === 0) say('There is no endpoint yet. "chancery webhook add URL" adds one.');
  else {
    const rows = endpoints.map((one) => [
      one.id,
      one.reseller ?? 'everything',
      one.url,
      one.types.length === 0 ? 'all' : one.types.join(', '),
      stateOf(one),
    ]);
    print(
      table(
        [
          { title: 'Endpoint' },
          { title: 'Hears' },
          { title: 'URL', shrinkTo: 20 },
          { title: 'Types', shrinkTo: 12 },
          { title: 'State', shrinkTo: 12 },
        ],
        rows,
      ),
    );
  }
  return 0;
}

export async function runWebhookTest(id: string, { json }: Json): Promise<0 | 1> {
  const delivery = await withDatabase((session) => sendTest(session, checkedId(id)));
  const last = delivery.attempts.at(-1);
  if (json) printJson(shownDelivery(delivery));
  else if (delivery.state === 'delivered')
    print(`The receiver took it, with ${last?.status} after ${last?.durationMs} ms.`);
  else print(`The receiver did not take it: ${last?.error ?? 'no attempt was made yet.'}`);
  return delivery.state === 'delivered' ? 0 : 1;
}

export async function runWebhookRotate(id: string, { json }: Json): Promise<0> {
  const rotated = await withDatabase(async ({ database, configuration }) => {
    const { sealing } = await openWebhooks(database, configuration);
    return rotateSecret(database, sealing, 'all', checkedId(id), { by: by() });
  });
  if (!rotated) throw unknownEndpoint(id);
  showSecret(
    rotated,
    json,
    `${rotated.endpoint.url} has a new secret; the old one signs, too, for 24 hours.`,
  );
  return 0;
}

export async function runWebhookEnabled(
  id: string,
  enabled: boolean,
  { reason, json }: Json & { readonly reason?: string },
): Promise<0> {
  const changed = await withDatabase(({ database }: Session) =>
    changeEndpoint(database, 'all', checkedId(id), { enabled }, { by: by(), reason }),
  );
  if (!changed) throw unknownEndpoint(id);
  if (json) printJson(shown(changed));
  else
    print(
      enabled
        ? `${changed.url} hears again what happens from now on.`
        : `${changed.url} is told nothing more; what waited for it is cancelled.`,
    );
  return 0;
}

function showSecret(
  { endpoint, secret }: EndpointWithSecret,
  json: boolean | undefined,
  sentence: string,
): void {
  if (json) {
    printJson({ ...shown(endpoint), secret });
    return;
  }
  print(sentence);
  print(`\n  Endpoint  ${endpoint.id}\n  Secret    ${heading(secret)}\n`);
  print(dim('It is kept sealed, and not shown again.'));
}

function shown(row: EndpointRow): object {
  const { id, reseller, url, types, enabled, createdAt, failingSince, disabledAt, disabledBecause } = row;
  const instant = (at: string | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id,
    reseller,
    url,
    types,
    enabled,
    createdAt: instant(createdAt),
    failingSince: instant(failingSince),
    disabledAt: instant(disabledAt),
    disabledBecause,
  };
}

function stateOf({ enabled, disabledAt, disabledBecause, failingSince }: EndpointRow): string {
  if (!enabled) return `disabled ${disabledAt === null ? '' : moment(disabledAt)} (${disabledBecause ?? ''})`;
  return failingSince === null ? 'enabled' : `failing since ${moment(failingSince)}`;
}

function checkedId(id: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw unknownEndpoint(id);
  return id;
}

function unknownEndpoint(id: string): CommandError {
  return new CommandError(
    `There is no endpoint "${id}"; "chancery webhook list" shows those that there are.`,
  );
}
