import type { Reseller } from '#src/domain/holdings.ts';
import {
  endingOf,
  recordedIssuer,
  recordedSuites,
  sameEnding,
  withNewestCodes,
  withoutNewCodes,
} from '#src/fulfillment/deciding/changing/as-recorded.ts';
import { causesOf, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { decidedOn } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { recordedStep } from '#src/fulfillment/deciding/changing/recorded-step.ts';
import type { AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import { after, type Step, type Turn } from '#src/fulfillment/deciding/changing/steps.ts';
import type { DecideAgain, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';

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

/** A merge, an undone one, or a return whose later messages kept their own figures: not decided again. */
function isRecordedEffect({ kind, content }: HistoryRow): boolean {
  return (
    kind === 'merge-request' ||
    (kind === 'change-request' && (content.kind === 'return' || content.kind === 'undo-merge'))
  );
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

function byId<Thing extends { readonly id: string }>(things: readonly Thing[]): ReadonlyMap<string, Thing> {
  return new Map(things.map((thing) => [thing.id, thing]));
}
