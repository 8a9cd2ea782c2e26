import type { Account, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import { statusOn, type License } from '#src/domain/license.ts';
import type { ReplayedEnding } from '#src/domain/lifecycle/replay-differences.ts';
import {
  endingOf,
  recordedIssuer,
  recordedSuites,
  sameEnding,
  withNewestCodes,
  withoutNewCodes,
} from '#src/fulfillment/deciding/changing/as-recorded.ts';
import { figuresOfKey, figuresOfLicense } from '#src/fulfillment/deciding/changing/figures.ts';
import { causesOf, mergesAway, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { decidedOn } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { licenseAt, type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { DecideAgain, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { HistoryRow, LicenseImage } from '#src/persistence/account-history.ts';

/** A message's turn in a replay. */
export interface Step {
  readonly row: HistoryRow;
  /** Undefined: it goes with what was taken back, since its key is not there. */
  readonly ending: ReplayedEnding | undefined;
  /** Licenses and keys that it changed, as they were after it. */
  readonly licenses: ReadonlyMap<string, License>;
  readonly keys: ReadonlyMap<string, RegistrationKey>;
  /** What it found of that, where it takes effect as it was recorded. */
  readonly found: string;
}

export interface Replayed {
  readonly state: AccountState;
  readonly steps: ReadonlyMap<string, Step>;
}

export interface ReplayOptions {
  /** Ids of messages that are left out. */
  readonly without: ReadonlySet<string>;
  /** Steps whose own figures stand where the message would end otherwise (an approved `LATER_CHANGES`). */
  readonly standing?: ReadonlyMap<string, Step>;
}

/** What is known beside the history: it does not change in a replay. */
export interface ReplayWorld {
  readonly now: AccountState;
  readonly resellers: readonly Reseller[];
  readonly decideAgain: DecideAgain;
}

/**
 * Decides the messages of a history once more, from a state on, by the same rules that the workers use: each with the day, the approvals
 * and the codes that it had (rules §8.3). Merges, and what was taken back before, take effect as they were recorded.
 */
export function replay(
  start: AccountState,
  world: ReplayWorld,
  history: AccountHistory,
  context: DecidingContext,
  { without, standing }: ReplayOptions,
): Replayed {
  let state = start;
  const causes = new Set(history.messages.flatMap(causesOf));
  const images = new Map(
    [...history.licenses].map(([id, all]) => {
      const first = all.findIndex(({ cause }) => causes.has(cause));
      return [id, first < 0 ? all : all.slice(0, first)];
    }),
  );
  const steps = new Map<string, Step>();
  for (const row of history.messages) {
    if (without.has(row.id)) continue;
    const step = isRecordedEffect(row)
      ? recordedStep(state, world.now, history, row)
      : decidedStep(
          state,
          world,
          { ...history, licenses: images },
          row,
          {
            ...context,
            ...recordedSuites(row, world.now, context),
            issuer: recordedIssuer(row, world.now, history, state),
          },
          standing?.get(row.id),
        );
    steps.set(row.id, step.step);
    state = step.state;
    for (const image of step.images) images.set(image.license, [...(images.get(image.license) ?? []), image]);
  }
  return { state, steps };
}

interface Turn {
  readonly step: Step;
  /** The grants that it makes. */
  readonly images: readonly LicenseImage[];
  readonly state: AccountState;
}

/** A merge, an undone one, or a return whose later messages kept their own figures: not decided again. */
function isRecordedEffect({ kind, content }: HistoryRow): boolean {
  return (
    kind === 'merge-request' ||
    (kind === 'change-request' && (content.kind === 'return' || content.kind === 'undo-merge'))
  );
}

/** Its licenses and keys become what its grants say. */
function recordedStep(
  state: AccountState,
  now: AccountState,
  history: AccountHistory,
  row: HistoryRow,
): Turn {
  const causes = new Set(causesOf(row));
  const licenses = new Map<string, License>();
  const keys = new Map<string, RegistrationKey>();
  const found: string[] = [];
  const made: LicenseImage[] = [];
  for (const [id, images] of history.licenses) {
    const at = images.findIndex(({ cause }) => causes.has(cause));
    const [image, license] = [images[at], now.licenses.get(id)];
    if (!image || !license) continue;
    const before = state.licenses.get(id);
    found.push(`${id} ${before ? figuresOfLicense(before) : 'none'}`);
    made.push(image);
    licenses.set(id, licenseAt(license, image));
  }
  for (const [id, images] of history.keys) {
    const at = images.findIndex(({ cause }) => cause !== null && causes.has(cause));
    const [image, key] = [images[at], now.keys.get(id)];
    if (!image || !key) continue;
    const before = state.keys.get(id);
    found.push(`${id} ${before ? figuresOfKey(before) : 'none'}`);
    keys.set(id, { ...key, ...image });
  }
  if (isEmptying(row, history, new Map([...state.licenses, ...licenses]))) found.push('nothing else active');
  const ending: ReplayedEnding = { status: 'fulfilled', lines: [] };
  const step = { row, ending, licenses, keys, found: found.join() };
  return { step, images: made, state: after(state, step, mergedAccounts(state.accounts, row, history)) };
}

/** Whether a service merge away from this account leaves it without an active license, and so merges the account too. */
function isEmptying(
  row: HistoryRow,
  { account }: AccountHistory,
  licenses: ReadonlyMap<string, License>,
): boolean {
  if (row.kind !== 'merge-request' || row.content.kind !== 'service' || row.content.from !== account)
    return false;
  const today = decidedOn(row);
  return ![...licenses.values()].some(
    (license) => license.account === account && statusOn(license, today) === 'active',
  );
}

/** A service merge may have merged an account into this one, or this one into another. */
function mergedAccounts(
  accounts: ReadonlyMap<string, Account>,
  { id, kind, content }: HistoryRow,
  history: AccountHistory,
): ReadonlyMap<string, Account> {
  if (kind !== 'merge-request' || content.kind !== 'service') return accounts;
  if (!mergesAway(history.messages).has(id)) return accounts;
  const from = accounts.get(content.from);
  if (!from || !history.mergedAccounts.includes(from.id)) return accounts;
  return new Map([...accounts, [from.id, { ...from, mergedInto: content.into }]]);
}

function decidedStep(
  state: AccountState,
  { resellers, decideAgain }: ReplayWorld,
  history: AccountHistory,
  row: HistoryRow,
  context: DecidingContext,
  standing: Step | undefined,
): Turn {
  const message = withNewestCodes(row, history);
  const nothing = { row, licenses: new Map(), keys: new Map(), found: '' };
  if (isFollower(message, state)) return { step: { ...nothing, ending: undefined }, images: [], state };
  const set = new WorkingSet({
    // Who names an account that was merged into this one means this one: such messages count from its merge on.
    survivors: new Map(history.mergedAccounts.map((id) => [id, history.account])),
    resellers,
    accounts: [...state.accounts.values()],
    licenses: [...state.licenses.values()],
    registrationKeys: [...state.keys.values()],
    retiredCodes: [],
  });
  const today = decidedOn(row);
  const approval = {
    codes: new Set(row.approvals.map(({ code }) => code)),
    keep: row.approvals.flatMap(({ keep }) => keep ?? []),
  };
  const decided = decideAgain(
    set,
    message,
    {
      ...context,
      time: { today, now: `${today}T00:00:00.000000Z` },
      changes: new Map([[row.id, { history, target: row.target ?? undefined }]]),
    },
    { id: row.id, approval },
  );
  const ending = endingOf(decided);
  // It changes no figure, and the state has the newest codes from the beginning.
  if (row.kind === 'change-request' && row.content.kind === 'code-replacement')
    return { step: { ...nothing, ending: withoutNewCodes(ending) }, images: [], state };
  const changes = set.changes();
  const licenses = byId([...changes.newLicenses, ...changes.changedLicenses]);
  const keys = byId([...changes.newRegistrationKeys, ...changes.changedRegistrationKeys]);
  const own = { row, ending, licenses, keys, found: '' };
  if (standing && standing.ending && !sameEnding(ending, standing.ending)) {
    const stands = { ...standing, ending };
    return { step: stands, images: changes.grants, state: after(state, stands, state.accounts) };
  }
  const accounts = new Map([
    ...state.accounts,
    ...byId([...changes.newAccounts, ...changes.changedAccounts]),
  ]);
  return { step: own, images: changes.grants, state: after(state, own, accounts) };
}

/** Registrations and changes of a key that is not there follow it. */
function isFollower(row: HistoryRow, state: AccountState): boolean {
  if (row.kind === 'registration') {
    const code = row.content.registrationKey;
    return ![...state.keys.values()].some((key) => key.code === code);
  }
  if (row.kind !== 'change-request' || row.target === null) return false;
  return !state.keys.has(row.target) && !state.licenses.has(row.target);
}

function after(
  state: AccountState,
  { licenses, keys }: Pick<Step, 'licenses' | 'keys'>,
  accounts: ReadonlyMap<string, Account>,
): AccountState {
  return {
    accounts,
    licenses: new Map([...state.licenses, ...licenses]),
    keys: new Map([...state.keys, ...keys]),
  };
}

function byId<Thing extends { readonly id: string }>(things: readonly Thing[]): ReadonlyMap<string, Thing> {
  return new Map(things.map((thing) => [thing.id, thing]));
}
