import { kinds } from '#jobs/kinds.ts';
import { certificatesQueue, type QueueName } from '#jobs/queues.ts';
import { codeAlphabet, composeCode, randomSymbols, type CodeKind } from '#src/domain/code.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import type { FaultContext } from '#test/chaos/faults/fault.ts';
import type { BoardJob } from '#test/chaos/judge/board-answers.ts';
import { canaryAccount } from '#test/chaos/load/world.ts';
import { eventually } from '#test/chaos/stage/processes.ts';

export interface Planted {
  /** Came through the API alone, well-formed and not; they are to be nowhere. */
  readonly throughApi: readonly string[];
  /** A plain producer put them into jobs, of its own; Redis keeps those as they are, nothing else shows them. */
  readonly inJobs: readonly string[];
  /** One of each queue and shape, with one of those codes in every place in which a job can hold one. */
  readonly failed: readonly BoardJob[];
}

/** For work that takes a second. */
const endMs = 300_000;

/** Brings codes in through the API in every way there is, and lets jobs fail that hold one. */
export async function plantCodes(context: FaultContext): Promise<Planted> {
  const throughApi = await plantThroughApi(context);
  const planted = await plantFailedJobs(context);
  const { database } = context.stage.fulfillment;
  await eventually('the canary messages to end', endMs, async () => {
    const open = await statement(
      reading(database),
      "select from message where status = 'accepted' union all select from certificate where rendered_at is null",
    );
    return open.length === 0;
  });
  return { throughApi, ...planted };
}

async function plantThroughApi({ stage, producers, api }: FaultContext): Promise<readonly string[]> {
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
  const key = await issuedKey(stage.fulfillment.database);
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
  const misspelt = `${key.slice(0, -1)}${key.endsWith('2') ? '3' : '2'}`;
  const refused = { ...order, seats: -1, suite: office };
  const mistyped = { ...registration, registrationKey: misspelt };
  await producers.byHttp({ kind: 'upgrade-order', data: refused, isPoison: true });
  await producers.byHttp({ kind: 'upgrade-order', data: { ...order, seats: 600 }, isPoison: false });
  await producers.byHttp({ kind: 'registration', data: mistyped, isPoison: true });
  await fetch(`${api().url}/v1/find?code=${key}`, { headers: operator });
  await fetch(`${api().url}/v1/find?code=${misspelt}`, { headers: operator });
  await fetch(`${api().url}/v1/accounts/${office}/licenses`, { headers: operator });
  return [...codes, key, misspelt];
}

async function plantFailedJobs({
  stage,
  producers,
  random,
}: FaultContext): Promise<Omit<Planted, 'throughApi'>> {
  const codeOf = (kind: CodeKind, prefix: string) =>
    composeCode(
      kind,
      prefix,
      Array.from({ length: randomSymbols[kind] }, () => random.pick(Array.from(codeAlphabet))).join(''),
    );
  const license = codeOf('activation-code', 'OS');
  const key = codeOf('registration-key', 'SP');
  // As a value, as the name of a field, in a sentence, and without hyphens.
  const everywhere = {
    keep: [license],
    [key]: license,
    note: `ask for ${key}`,
    plain: key.replaceAll('-', ''),
  };
  const jobs: readonly (readonly [QueueName, string, unknown])[] = [
    ...Object.values(kinds).map(
      ({ queue, jobName }) => [queue, jobName, { reseller: license, ...everywhere }] as const,
    ),
    ['upgrade-orders', `upgrade-order ${license}`, everywhere],
    ['upgrade-orders', kinds['upgrade-order'].jobName, key],
    ['merge-requests', kinds['merge-request'].jobName, { recorded: crypto.randomUUID() }],
    [certificatesQueue.queue, certificatesQueue.jobName, { certificate: license, version: 1 }],
  ];
  const failed: BoardJob[] = [];
  for (const [name, jobName, data] of jobs)
    failed.push({ queue: name, id: await producers.byJob(name, jobName, data) });
  for (const { queue: name, id } of failed) {
    const queue = stage.queues.look(name);
    try {
      await eventually(`job ${id} of ${name} to fail`, endMs, async () => {
        const job = await queue.getJob(id);
        return (await job?.isFailed()) ?? false;
      });
      await queue.addJobLog(id, `a line about ${license} and ${key}`);
    } finally {
      await queue.close();
    }
  }
  return { inJobs: [license, key], failed };
}

async function issuedKey(database: Database): Promise<string> {
  let key = '';
  await eventually('the Registration Key of the canary', endMs, async () => {
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
