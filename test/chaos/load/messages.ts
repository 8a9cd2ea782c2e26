import type { MessageKind } from '#jobs/kinds.ts';
import { addDays } from '#src/domain/calendar.ts';
import { changeKinds } from '#src/domain/lifecycle/change-request.ts';
import { randomChange } from '#test/chaos/load/random-changes.ts';
import { canaryAccount, resellers, type World } from '#test/chaos/load/world.ts';
import type { Random } from '#test/chaos/random.ts';

/** A message as a producer has it in hand. */
export interface Draft {
  readonly kind: MessageKind;
  readonly data: Readonly<Record<string, unknown>>;
  /** Cannot be accepted by anybody. */
  readonly isPoison: boolean;
}

/** A Registration Key that was issued so far, as its reseller knows it. */
export interface KnownKey {
  readonly code: string;
  readonly reseller: string;
  readonly account: string | null;
}

/** Makes mixed messages: orders, registrations, merges, changes of all these, some conflicting ones and some that do not parse. */
export interface MessageSource {
  make(count: number, keys: readonly KnownKey[]): readonly Draft[];
}

/** A change is about something recent; an undone merge about one of the last. */
const latest = 200;
const few = 10;

export function openMessageSource(random: Random, world: World): MessageSource {
  const accounts = world.accounts.filter(({ id }) => id !== canaryAccount);
  const today = new Date().toISOString().slice(0, 10);
  const placedAt = `${today}T00:00:00Z`;
  const onPremises = world.licenses.filter(
    ({ pid, account }) => pid.startsWith('100501') && account !== canaryAccount,
  );
  const activationCodes = onPremises.map(({ activationCode }) => activationCode);
  // Their numbers are nobody else's: golden messages have their own for ever.
  let made = 0;
  let newAccounts = 0;
  const someone = () => random.pick(accounts).id;
  const reseller = () => random.pick(resellers).name;

  const order = () => {
    const account = random.chance(0.85) ? someone() : undefined;
    const register = account !== undefined && random.chance(0.3);
    return {
      reseller: reseller(),
      orderNumber: `LOAD-${made}`,
      placedAt,
      customer: {
        ...(account !== undefined && { account }),
        company: 'Customer GmbH',
        email: 'it@customer.example',
        country: 'DE',
      },
      suite: random.chance(0.02) ? 'XYZ' : random.pick(['SPC', 'SPE', 'SPE']),
      seats: random.between(20, 400),
      term: random.pick(['P1Y', 'P2Y', 'P18M', 'P3Y']),
      startsOn: addDays(today, random.between(-30, 60)),
      allowFewerSeats: random.chance(0.7),
      ...(register && { register: { acceptedAgreementAt: placedAt } }),
    };
  };
  const registration = (key: KnownKey) => {
    newAccounts += 1;
    const id = `registered-${newAccounts}`;
    const isNew = key.account === null && random.chance(0.6);
    return {
      reseller: random.chance(0.97) ? key.reseller : reseller(),
      registrationKey: key.code,
      ...(isNew
        ? {
            newAccount: { id, company: `${id} AS`, email: `it@${id}.example`, country: 'NO', region: 'emea' },
          }
        : { account: key.account ?? someone() }),
      acceptedAgreementAt: placedAt,
      ...(random.chance(0.5) && {
        select: random.shuffled(['OfficeScan', 'Control Manager', 'Security for Mac']).slice(1),
      }),
    };
  };
  const merge = () => {
    const head = { requestNumber: `LOAD-${made}`, requestedAt: placedAt };
    if (random.chance(0.6) || onPremises.length === 0)
      return { ...head, kind: 'service', product: 'WFBS-SVC', into: someone(), from: someone() };
    const { account, activationCode } = random.pick(onPremises);
    return { ...head, kind: 'on-premises', account, retain: activationCode };
  };
  /** Of each reseller, the latest orders and changes; and the latest merges, which operators ask for. */
  const orders = new Map<string, string[]>();
  const changes = new Map<string, string[]>();
  const merges: { readonly requestNumber: string; readonly reseller: null }[] = [];
  /** Change requests so far: each kind has its turn. */
  let asked = 0;
  const change = (keys: readonly KnownKey[]): Draft | undefined => {
    const by = reseller();
    const known = keys.filter((key) => key.reseller === by);
    const [own, changed] = [orders.get(by) ?? [], changes.get(by) ?? []];
    if (own.length === 0 || known.length === 0 || merges.length === 0) return undefined;
    const requestNumber = `LOAD-${made}`;
    const targets = {
      orders: own.slice(-latest),
      registrationKeys: known.map(({ code }) => code),
      activationCodes,
      merges: merges.slice(-few),
      changes: [...changed.slice(-latest), requestNumber],
    };
    changes.set(by, [...changed, requestNumber]);
    const kind = changeKinds[asked % changeKinds.length] ?? 'seats';
    asked += 1;
    const data = randomChange({ requestNumber, reseller: by }, kind, targets, random);
    return { kind: 'change-request', data: { ...data }, isPoison: false };
  };
  const noted = (draft: Draft): Draft => {
    const { orderNumber, reseller: by, requestNumber } = draft.data;
    if (draft.kind === 'upgrade-order' && typeof by === 'string' && typeof orderNumber === 'string')
      orders.set(by, [...(orders.get(by) ?? []), orderNumber]);
    if (draft.kind === 'merge-request' && typeof requestNumber === 'string')
      merges.push({ requestNumber, reseller: null });
    return draft;
  };
  const one = (keys: readonly KnownKey[]): Draft => {
    made += 1;
    const changed = random.chance(0.2) ? change(keys) : undefined;
    if (changed) return changed;
    const dice = random.next();
    if (dice < 0.02) return { kind: 'upgrade-order', data: { ...order(), seats: -made }, isPoison: true };
    if (dice < 0.6 || (dice < 0.85 && keys.length === 0))
      return { kind: 'upgrade-order', data: order(), isPoison: false };
    if (dice < 0.85) return { kind: 'registration', data: registration(random.pick(keys)), isPoison: false };
    return { kind: 'merge-request', data: merge(), isPoison: false };
  };
  return {
    make: (count, keys) =>
      Array.from({ length: count }, () => noted(one(keys))).flatMap((draft) =>
        draft.kind === 'upgrade-order' && !draft.isPoison && random.chance(0.02)
          ? [draft, { ...draft, data: { ...draft.data, seats: random.between(500, 900) } }]
          : [draft],
      ),
  };
}
