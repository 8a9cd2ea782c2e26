import { queueNames } from '#jobs/queues.ts';
import { reading, statement } from '#src/persistence/database.ts';
import type { FaultContext } from '#test/chaos/faults/fault.ts';
import { codesInLogs, everythingInRedis } from '#test/chaos/judge/traces.ts';
import { canaryAccount } from '#test/chaos/load/world.ts';
import { eventually } from '#test/chaos/stage/processes.ts';

/**
 * Brings codes in through the API in every way there is, well-formed and not, lets jobs fail, and looks for the codes where none may be:
 * Redis, Bull Board, metrics. In the logs it looks for every code of the ledger.
 */
export async function watchCanary(context: FaultContext): Promise<void> {
  const { stage, blame, tell } = context;
  const canaries = await plant(context);
  const places: (readonly [string, string])[] = [
    ...(await everythingInRedis(stage.redis.directUrl)),
    ...(await board(context)),
    ...(await Promise.all(
      stage.fleet.runners.map(
        async ({ name, url }) =>
          [`metrics of ${name}`, await (await fetch(`${url}/metrics`)).text()] as const,
      ),
    )),
  ];
  for (const [place, text] of places) {
    const plain = text.replaceAll('-', '').toUpperCase();
    const found = canaries.filter((code) => plain.includes(code.replaceAll('-', '').slice(2)));
    if (found.length > 0) blame(`a code that came through the API is in ${place}`);
  }
  const known = await statement<{ readonly code: string }>(
    reading(stage.fulfillment.database),
    'select activation_code as code from license union select code from registration_key',
  );
  const logged = await codesInLogs(stage.folder, new Set(known.map(({ code }) => code)));
  for (const place of logged) blame(`a code is in the log ${place}`);
  tell(
    `canary: ${canaries.length} codes brought in, ${places.length} places looked at, and the logs for ${known.length} codes`,
  );
}

async function plant({ stage, producers, api }: FaultContext): Promise<readonly string[]> {
  const codes = stage.world.licenses
    .filter(({ account }) => account === canaryAccount)
    .map(({ activationCode }) => activationCode);
  const [office = '', retain = '', other = ''] = codes;
  const operator = { authorization: `Bearer ${stage.apiKeys.get('operator') ?? ''}` };
  const placedAt = new Date().toISOString();
  const customer = { account: canaryAccount, company: 'Canary', email: 'it@canary.example' };
  const order = {
    reseller: 'northwind',
    orderNumber: 'CANARY',
    placedAt,
    customer,
    suite: 'SPE',
    seats: 500,
    term: 'P1Y',
    keep: [office],
  };
  await producers.byHttp({ kind: 'upgrade-order', data: order, isPoison: false });
  const key = await eventuallyKey(stage.fulfillment.database);
  const merge = {
    requestNumber: 'CANARY',
    requestedAt: placedAt,
    kind: 'on-premises',
    account: canaryAccount,
    retain,
    merge: [other],
  };
  const registration = {
    reseller: 'northwind',
    registrationKey: key,
    account: canaryAccount,
    acceptedAgreementAt: placedAt,
  };
  await producers.byHttp({ kind: 'registration', data: registration, isPoison: false });
  await producers.byHttp({ kind: 'merge-request', data: merge, isPoison: false });
  // The same codes in messages that are refused, under a number that is taken, in an address, and misspelt.
  await producers.byHttp({
    kind: 'upgrade-order',
    data: { ...order, seats: -1, suite: office },
    isPoison: true,
  });
  await producers.byHttp({ kind: 'upgrade-order', data: { ...order, seats: 600 }, isPoison: false });
  await producers.byHttp({
    kind: 'registration',
    data: { ...registration, registrationKey: `${key.slice(0, -1)}2` },
    isPoison: true,
  });
  await fetch(`${api().url}/v1/find?code=${key}`, { headers: operator });
  await fetch(`${api().url}/v1/accounts/${office}/licenses`, { headers: operator });
  // Jobs that fail: the dashboard shows their reasons and stack traces.
  const job = { reseller: 'northwind', orderNumber: 'CANARY', seats: 0 };
  await producers.byQueue({ kind: 'upgrade-order', data: job, isPoison: true });
  await producers.byQueue({ kind: 'merge-request', data: { recorded: crypto.randomUUID() }, isPoison: true });
  await eventually('the canary messages to end', 120_000, async () => {
    const open = await statement(
      reading(stage.fulfillment.database),
      "select from message where status = 'accepted' union all select from certificate where rendered_at is null",
    );
    return open.length === 0;
  });
  return [...codes, key];
}

async function eventuallyKey(database: Parameters<typeof reading>[0]): Promise<string> {
  let key = '';
  await eventually('the Registration Key of the canary', 120_000, async () => {
    const rows = await statement<{ readonly code: string }>(
      reading(database),
      'select code from registration_key where account = $1',
      [canaryAccount],
    );
    key = rows[0]?.code ?? '';
    return key !== '';
  });
  return key;
}

/** Every answer of the dashboard: each queue in each state, each job that it lists, its log, and the pages around it. */
async function board({ stage, api }: FaultContext): Promise<readonly (readonly [string, string])[]> {
  const headers = { authorization: `Bearer ${stage.apiKeys.get('operator') ?? ''}` };
  const read = async (path: string) =>
    [
      `Bull Board ${path}`,
      await (await fetch(`${api().url}/ops/queues${path}`, { headers })).text(),
    ] as const;
  const answers = [await read(''), await read('/api/redis/stats')];
  const jobs = new Set<string>();
  for (const queue of queueNames) {
    for (const status of [
      'latest',
      'active',
      'waiting',
      'completed',
      'failed',
      'delayed',
      'prioritized',
      'paused',
    ]) {
      const answer = await read(`/api/queues?activeQueue=${queue}&status=${status}&page=1&jobsPerPage=100`);
      answers.push(answer);
      for (const [, id] of answer[1].matchAll(/"id":"([^"]+)"/g)) jobs.add(`/api/queues/${queue}/${id}`);
    }
  }
  for (const path of [...jobs].slice(0, 400)) answers.push(await read(path), await read(`${path}/logs`));
  return answers;
}
