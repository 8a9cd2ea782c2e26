import { seededRandom, type Random } from '#test/chaos/random.ts';
import { existing } from '#test/fulfillment/ending.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import { judge, shapeOf, type Comparison, type Finding, type Kept } from '#test/lifecycle/oracle/judge.ts';
import { randomStep, takingBack } from '#test/lifecycle/oracle/random-step.ts';
import { restoredViews, viewsOf } from '#test/lifecycle/oracle/restored.ts';
import { approve, beginRuns, takeTurns, type Run, type Step } from '#test/lifecycle/oracle/run.ts';
import { statesOf } from '#test/lifecycle/oracle/state.ts';
import { randomWorld, type World } from '#test/lifecycle/oracle/world.ts';

/** A history while it is made. */
interface History {
  readonly random: Random;
  readonly world: World;
  readonly run: Run;
  readonly steps: Step[];
  /** What was fulfilled and counts, in the order of decisions. */
  kept: readonly Kept[];
  readonly left: Set<number>;
  /** What its accounts looked like before the newest message, which the next one takes back at once. */
  probe: { readonly at: number; readonly views: string } | undefined;
  /** A person let a return stand that no replay equals: nothing is compared any more. */
  isApproved: boolean;
}

export interface Figures {
  messages: number;
  /** How many of a kind ended how: `return fulfilled`. */
  readonly endings: Map<string, number>;
  /** Returns and undone merges that were compared with a history without. */
  compared: number;
  /** Messages that were taken back at once, compared byte for byte. */
  restored: number;
  /** Returns that were held though the history without ends the same: more care than is needed, no fault. */
  readonly askedInVain: string[];
  readonly findings: string[];
}

export const noFigures = (): Figures => ({
  messages: 0,
  endings: new Map(),
  compared: 0,
  restored: 0,
  askedInVain: [],
  findings: [],
});

/** Makes histories side by side, each of its own seed, and judges everything that they take back. */
export async function playHistories(
  ledger: Ledger,
  seeds: readonly number[],
  length: number,
  figures: Figures,
): Promise<void> {
  const randoms = seeds.map(seededRandom);
  const worlds = randoms.map(randomWorld);
  const runs = await beginRuns(ledger, worlds);
  const histories = randoms.map((random, i): History => ({
    random,
    world: existing(worlds[i]),
    run: existing(runs[i]),
    steps: [],
    kept: [],
    left: new Set(),
    probe: undefined,
    isApproved: false,
  }));
  const tell = ({ run, at, what, details }: Finding) => {
    const i = runs.findIndex(({ name }) => name === run);
    const head = `seed ${seeds[i]} (${run}), step ${at}: ${what}`;
    const list = what === 'held without need' ? figures.askedInVain : figures.findings;
    list.push([head, ...details, ...storyOf(existing(histories[i]), at)].join('\n    '));
  };
  const comparisons: Comparison[] = [];
  for (let at = 0; at < length; at += 1) {
    for (const history of histories) history.steps.push(await nextStep(ledger, history, at));
    await takeTurns(
      ledger,
      histories.map(({ run, steps }) => ({ run, at, step: existing(steps[at]) })),
    );
    figures.messages += histories.length;
    for (const history of histories) {
      const comparison = await settle(ledger, history, at);
      if (comparison) comparisons.push(comparison);
      if (history.probe?.at === at - 1 && !history.isApproved) {
        figures.restored += 1;
        const details = await restoredViews(ledger, history.run, at, history.probe.views);
        if (details.length > 0) tell({ run: history.run.name, at, what: 'not restored', details });
      }
      count(figures, history.run, at);
    }
  }
  figures.compared += comparisons.length;
  for (const finding of await judge(ledger, comparisons)) tell(finding);
}

/** Some messages are taken back by the next one. */
async function nextStep(ledger: Ledger, history: History, at: number): Promise<Step> {
  const { random, world, run, steps, probe } = history;
  const step = steps[at - 1];
  const isTakenBack = probe?.at === at - 1 && history.kept.at(-1)?.at === at - 1;
  const back = step && isTakenBack ? takingBack(step, run, at) : undefined;
  if (back) return back;
  const isProbe = !history.isApproved && random.chance(0.1);
  history.probe = isProbe ? { at, views: await viewsOf(ledger, run) } : undefined;
  return randomStep(random, world, run, at);
}

/** What a person does with what is held, and what the message leaves of the history. @returns what is to be judged */
async function settle(ledger: Ledger, history: History, at: number): Promise<Comparison | undefined> {
  const { random, run, world, steps, left } = history;
  const step = existing(steps[at]);
  const first = existing(run.outcomes.get(at));
  const isRepeat = [...run.outcomes].some(([other, { id }]) => other < at && id === first.id);
  if (isRepeat) return undefined;
  const target = targetOf(steps, step);
  const judged = (state: readonly string[] | undefined): Comparison | undefined => {
    if (history.isApproved || target === undefined) return undefined;
    const gone = new Set([...left, target]);
    return {
      world,
      run,
      at,
      kept: history.kept.filter((one) => !gone.has(one.at)),
      left: gone,
      state,
      why: first.reason?.message ?? '',
    };
  };
  let outcome = first;
  let asked: Comparison | undefined;
  const approved: string[] = [];
  if (outcome.status === 'held' && outcome.reason?.code === 'LATER_CHANGES') asked = judged(undefined);
  while (outcome.status === 'held' && approved.length < 4 && random.chance(0.6)) {
    approved.push(outcome.reason?.code ?? '');
    outcome = await approve(ledger, run, at);
  }
  if (outcome.status !== 'fulfilled') return asked;
  if (approved.includes('LATER_CHANGES')) history.isApproved = true;
  if (target === undefined) {
    history.kept = [...history.kept, { at, step, approved, shape: shapeOf(run, at) }];
    return undefined;
  }
  // Undoing puts back what the merge changed; what found the merged account emptier meanwhile stands, and no replay equals that.
  const isUndone = existing(steps[target]).kind === 'merge-request';
  if (isUndone && history.kept.some((one) => one.at > target)) history.isApproved = true;
  const states = await statesOf(ledger, [{ run, left: new Set([...left, target]) }]);
  const done = judged(existing(states.get(run.name)));
  left.add(target);
  history.kept = history.kept.filter((one) => one.at !== target);
  return asked ?? done;
}

/** The step that a return or an undoing takes back. */
function targetOf(steps: readonly Step[], { template }: Step): number | undefined {
  const text = JSON.stringify(template);
  const [, kind] = /"kind":"(return|undo-merge)"/.exec(text) ?? [];
  const [, number] = /"(?:order|change|mergeRequest)":"\{a\}-[OCM](\d+)"/.exec(text) ?? [];
  return kind === undefined || number === undefined || !steps[Number(number)] ? undefined : Number(number);
}

/** What happened until then, for people. */
function storyOf({ steps, run }: History, until: number): readonly string[] {
  return steps.slice(0, until + 1).map(({ kind, template }, at) => {
    const { status, reason } = existing(run.outcomes.get(at));
    return `${at} ${kind} ${JSON.stringify(template)}: ${status}${reason ? ` (${reason.code})` : ''}`;
  });
}

function count({ endings }: Figures, { outcomes }: Run, at: number) {
  const { orderNumber, kind, survivor, status, reason } = existing(outcomes.get(at));
  const what = kind ?? (orderNumber ? 'order' : survivor ? 'merge' : 'registration or merge');
  const key = `${what} ${status}${reason && status !== 'fulfilled' ? ` ${reason.code}` : ''}`;
  endings.set(key, (endings.get(key) ?? 0) + 1);
}

export function figuresAsText({
  messages,
  compared,
  restored,
  askedInVain,
  endings,
  findings,
}: Figures): string {
  return [
    ...[...endings].map(([ending, times]) => `${ending}: ${times}`).sort(),
    `${messages} messages; ${compared} returns and undone merges compared, ${askedInVain.length} of them held in vain`,
    `${restored} taken back at once, compared byte for byte`,
    `${findings.length} disagreements`,
    '',
  ].join('\n');
}
