import type { Random } from '#test/chaos/random.ts';
import { agreed, day } from '#test/fulfillment/messages-by-hand.ts';
import type { Run, Step } from '#test/lifecycle/oracle/run.ts';
import { importedSymbols, type World } from '#test/lifecycle/oracle/world.ts';

const requestedAt = '2026-01-02T03:04:05Z';

/** The next message of a history, from what there is by now in its run. */
export function randomStep(random: Random, world: World, run: Run, at: number): Step {
  const dice = random.next();
  const fulfilled = [...run.outcomes].filter(([, { status }]) => status === 'fulfilled');
  if (fulfilled.length > 0) {
    const keys = [...run.ids.keys()].filter((symbol) => symbol.startsWith('K'));
    if (dice < 0.16 && keys.length > 0) return randomRegistration(random, keys);
    if (dice < 0.44) return randomChange(random, world, run, at, keys);
    if (dice < 0.54) return randomMerge(random, world, run, at);
    const merges = fulfilled.filter(([, { survivor }]) => survivor !== undefined);
    if (dice < 0.58 && merges.length > 0)
      return undoingOf(random.pick(random.chance(0.5) ? merges.slice(-1) : merges)[0], run, at);
    if (dice < 0.74) return randomReturn(random, run, at);
  }
  return randomOrder(random, at);
}

function randomOrder(random: Random, at: number): Step {
  const account = random.chance(0.12) ? undefined : random.chance(0.8) ? '{a}-one' : '{a}-two';
  const until = random.chance(0.2)
    ? { validThrough: day(random.between(40, 600)) }
    : { term: random.pick(['P1M', 'P2M', 'P6M', 'P1Y', 'P2Y']) };
  return {
    kind: 'upgrade-order',
    template: {
      reseller: 'northwind',
      orderNumber: `{a}-O${at}`,
      placedAt: `${day()}T00:00:00Z`,
      customer: {
        ...(account !== undefined && { account }),
        company: `Company ${random.between(1, 3)}`,
        email: 'it@acme.example',
        country: 'DE',
      },
      suite: random.pick(['SPE', 'SPC', 'SBS', 'SBS']),
      seats: random.between(2, 40) * 10,
      startsOn: day(random.between(-20, 20)),
      allowFewerSeats: random.chance(0.7),
      ...until,
      ...(account !== undefined && random.chance(0.4) && { register: agreed }),
    },
  };
}

function randomRegistration(random: Random, keys: readonly string[]): Step {
  const select = ['OfficeScan', 'Control Manager', 'WFBS', 'WFBS-SVC', 'Endpoint Encryption'];
  const chosen = select.filter(() => random.chance(0.5));
  return {
    kind: 'registration',
    template: {
      reseller: 'northwind',
      registrationKey: `{${random.pick(keys)}}`,
      ...agreed,
      account: random.chance(0.8) ? '{a}-one' : '{a}-two',
      ...(random.chance(0.4) && { select: chosen }),
    },
  };
}

function randomChange(random: Random, world: World, run: Run, at: number, keys: readonly string[]): Step {
  const licenses = [
    ...importedSymbols(world, 'one'),
    ...importedSymbols(world, 'two'),
    ...[...run.ids.keys()].filter((symbol) => symbol.startsWith('I')),
  ];
  const orders = [...run.outcomes].filter(([, { orderNumber }]) => orderNumber !== undefined);
  const targets = [
    ...(keys.length > 0 ? [{ registrationKey: `{${random.pick(keys)}}` }] : []),
    ...(licenses.length > 0 ? [{ activationCode: `{${random.pick(licenses)}}` }] : []),
    ...(orders.length > 0 ? [{ order: `{a}-O${random.pick(orders)[0]}` }] : []),
  ];
  const kind = random.pick([
    'seats',
    'seats',
    'seats',
    'renewal',
    'renewal',
    'renewal',
    'cancellation',
    'suspension',
    'resumption',
    'code-replacement',
  ]);
  const fields = {
    seats: () => ({ seats: random.between(2, 50) * 10, allowFewerSeats: random.chance(0.6) }),
    renewal: () => ({
      ...(random.chance(0.3)
        ? { validThrough: day(random.between(100, 1_000)) }
        : { term: random.pick(['P1M', 'P3M', 'P1Y']) }),
      ...(random.chance(0.3) && { seats: random.between(5, 50) * 10 }),
    }),
    cancellation: () => ({ endsOn: day(random.pick([0, 3, 15, 40, 200])) }),
  };
  const own = kind === 'seats' || kind === 'renewal' || kind === 'cancellation' ? fields[kind]() : because;
  return {
    kind: 'change-request',
    template: {
      reseller: 'northwind',
      kind,
      requestNumber: `{a}-C${at}`,
      requestedAt,
      ...random.pick(targets.length > 0 ? targets : [{ order: `{a}-O${at}` }]),
      ...own,
      ...(kind === 'code-replacement' && random.chance(0.3) && { oldCodeUntil: day(5) }),
    },
  };
}

const because = { because: 'random' };

function randomMerge(random: Random, world: World, { ids }: Run, at: number): Step {
  const head = {
    requestNumber: `{a}-M${at}`,
    requestedAt,
    ...(random.chance(0.4) && { reseller: 'northwind' }),
  };
  if (random.chance(0.35)) {
    const [into, from] = random.chance(0.7) ? ['one', 'two'] : ['two', 'one'];
    const service = { kind: 'service', product: 'WFBS-SVC', into: `{a}-${into}`, from: `{a}-${from}` };
    return { kind: 'merge-request', template: { ...head, ...service } };
  }
  const account = random.chance(0.8) ? 'one' : 'two';
  const issued = onceEach(ids).filter((symbol) => symbol.startsWith('I') && symbol.endsWith('100501'));
  const codes = [...importedSymbols(world, account).filter((symbol) => symbol.endsWith('WF')), ...issued];
  const [retain, ...others] = random.shuffled(codes);
  const merge = others.filter(() => random.chance(0.6)).map((symbol) => `{${symbol}}`);
  return {
    kind: 'merge-request',
    template: {
      ...head,
      kind: 'on-premises',
      account: `{a}-${account}`,
      retain: retain === undefined ? activationCodeOfNobody : `{${retain}}`,
      ...(merge.length > 0 && random.chance(0.6) && { merge }),
    },
  };
}

const activationCodeOfNobody = '{L15WF}';

/** Mostly of something recent, as they come. */
function randomReturn(random: Random, { outcomes }: Run, at: number): Step {
  const returnable = [...outcomes].filter(
    ([, { orderNumber, kind }]) =>
      orderNumber !== undefined || (kind !== undefined && kind !== 'return' && kind !== 'undo-merge'),
  );
  const recent = random.chance(0.6) ? returnable.slice(-4) : returnable;
  const [of, outcome] = recent.length > 0 ? random.pick(recent) : [at, undefined];
  const target = outcome?.orderNumber === undefined ? { change: `{a}-C${of}` } : { order: `{a}-O${of}` };
  return {
    kind: 'change-request',
    template: { reseller: 'northwind', kind: 'return', requestNumber: `{a}-C${at}`, requestedAt, ...target },
  };
}

/** The message that takes back the one of the step before; undefined for what cannot be taken back. */
export function takingBack({ kind, template }: Step, run: Run, at: number): Step | undefined {
  const of = at - 1;
  const head = { requestNumber: `{a}-C${at}`, requestedAt };
  if (kind === 'merge-request') return undoingOf(of, run, at);
  const isReplacement = 'kind' in template && template.kind === 'code-replacement';
  if (kind === 'registration' || isReplacement) return undefined;
  const target = kind === 'upgrade-order' ? { order: `{a}-O${of}` } : { change: `{a}-C${of}` };
  return {
    kind: 'change-request',
    template: { reseller: 'northwind', ...head, kind: 'return', ...target },
  };
}

function undoingOf(merge: number, { outcomes }: Run, at: number): Step {
  const own = outcomes.get(merge)?.reseller === undefined ? {} : { reseller: 'northwind' };
  const head = { requestNumber: `{a}-C${at}`, requestedAt };
  return {
    kind: 'change-request',
    template: { ...own, ...head, kind: 'undo-merge', mergeRequest: `{a}-M${merge}` },
  };
}

/** One symbol for each thing: a repeat of a message says what the first one issued. */
function onceEach(ids: ReadonlyMap<string, string>): readonly string[] {
  const named = new Map([...ids].reverse().map(([symbol, id]) => [id, symbol]));
  return [...named.values()];
}
