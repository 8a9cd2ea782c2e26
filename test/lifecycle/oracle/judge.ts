import { existing } from '#test/fulfillment/ending.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import { approve, beginRuns, takeTurns, type Run, type Step } from '#test/lifecycle/oracle/run.ts';
import { statesOf, type State } from '#test/lifecycle/oracle/state.ts';
import { symbolsIn } from '#test/lifecycle/oracle/template.ts';
import type { World } from '#test/lifecycle/oracle/world.ts';

/** A moment of a history right after something was taken back, or was not. */
export interface Comparison {
  readonly world: World;
  readonly run: Run;
  /** The step that took back. */
  readonly at: number;
  /** Messages that count, in the recorded order of decisions, with the codes that persons approved. */
  readonly kept: readonly Kept[];
  readonly left: ReadonlySet<number>;
  /** What the account is; undefined when a person was asked instead. */
  readonly state: State | undefined;
  /** Why a person was asked. */
  readonly why: string;
}

export interface Kept {
  readonly at: number;
  readonly step: Step;
  readonly approved: readonly string[];
  /** How it ended: its lines by symbol. */
  readonly shape: string;
}

export interface Finding {
  readonly run: string;
  readonly at: number;
  readonly what: 'differs' | 'ends otherwise' | 'held without need' | 'not restored';
  readonly details: readonly string[];
}

/** Runs each history once more without what was taken back, on accounts of its own, and says where the outcome is another. */
export async function judge(ledger: Ledger, comparisons: readonly Comparison[]): Promise<readonly Finding[]> {
  const runs = await beginRuns(
    ledger,
    comparisons.map(({ world }) => world),
  );
  const replays = comparisons.map((comparison, i) => ({
    comparison,
    run: existing(runs[i]),
    otherwise: new Array<string>(),
  }));
  const longest = Math.max(0, ...comparisons.map(({ kept }) => kept.length));
  for (let place = 0; place < longest; place += 1) {
    const turns = replays.flatMap((replay) => {
      const kept = replay.comparison.kept[place];
      if (!kept) return [];
      const named = keysByOrder(kept, replay.comparison.run);
      return [{ ...replay, kept: targetFixed(named, replay.comparison.left) }];
    });
    const able = turns.filter(
      ({ comparison, run, kept }) =>
        !followsFallen(comparison.run, run, kept) && bindAliases(comparison.run, run, kept),
    );
    await takeTurns(
      ledger,
      able.map(({ run, kept }) => ({ run, at: kept.at, step: kept.step })),
    );
    for (const { run, kept, otherwise } of able) {
      let outcome = existing(run.outcomes.get(kept.at));
      const approvals = new Set(kept.approved);
      while (outcome.status === 'held' && approvals.delete(outcome.reason?.code ?? ''))
        outcome = await approve(ledger, run, kept.at);
      const shape = shapeOf(run, kept.at);
      if (shape !== kept.shape)
        otherwise.push(`${kept.at} ${kept.step.kind}: ${kept.shape} here, ${shape} without`);
    }
  }
  const states = await statesOf(
    ledger,
    replays.map(({ run, comparison }) => ({ run, left: comparison.left })),
  );
  return replays.flatMap(({ comparison, run, otherwise }): readonly Finding[] => {
    const found = (what: Finding['what'], details: readonly string[]) => [
      { run: comparison.run.name, at: comparison.at, what, details },
    ];
    if (comparison.state === undefined)
      return otherwise.length > 0 ? [] : found('held without need', [comparison.why]);
    if (otherwise.length > 0) return found('ends otherwise', otherwise);
    const [here, there] = [comparison.state, states.get(run.name) ?? []];
    const details = [
      ...here.filter((line) => !there.includes(line)).map((line) => `is      ${line}`),
      ...there.filter((line) => !here.includes(line)).map((line) => `without ${line}`),
    ];
    return details.length > 0 ? found('differs', details) : [];
  });
}

/** How a message ended, without figures. */
export function shapeOf({ outcomes }: Run, at: number): string {
  const { status, reason, lines = [], survivor, merged } = existing(outcomes.get(at));
  if (status !== 'fulfilled') return `${status} ${reason?.code ?? ''}`;
  const actions = lines.map(({ pid, action }) => `${pid} ${action === 'changed' ? 'unchanged' : action}`);
  return [status, ...actions.sort(), ...(survivor ? [`merges ${merged?.length}`] : [])].join(', ');
}

/**
 * A message names a key after the first order of it. Where that one is left out, the key is that of the next one that is there.
 * @returns whether the run has what the message is about: what it names may have fallen with what was taken back, and it with that
 */
function bindAliases(source: Run, run: Run, { step }: Kept): boolean {
  for (const symbol of symbolsIn(step.template)) {
    if (!/^[KI]/.test(symbol) || run.ids.has(symbol)) continue;
    const id = source.ids.get(symbol);
    const other = [...source.ids].find(
      ([name, same]) => same === id && run.ids.has(name) && (isOfOrder(source, name) || name.startsWith('I')),
    );
    const bound = other && run.ids.get(other[0]);
    if (bound === undefined) return false;
    run.ids.set(symbol, bound);
  }
  return true;
}

/**
 * A key that a message names after a registration is named after an order of it: the registration may have joined its own key to that one,
 * and joins it to none where the order is left out.
 */
function keysByOrder(kept: Kept, source: Run): Kept {
  let text = JSON.stringify(kept.step.template);
  for (const symbol of symbolsIn(kept.step.template)) {
    if (!symbol.startsWith('K') || (kept.step.kind !== 'change-request' && isOfOrder(source, symbol)))
      continue;
    const id = idOfTarget(kept, source) ?? source.ids.get(symbol);
    const ordered = [...source.ids].find(([name, same]) => same === id && isOfOrder(source, name));
    if (ordered) text = text.replaceAll(`{${symbol}}`, `{${ordered[0]}}`);
  }
  return { ...kept, step: { ...kept.step, template: JSON.parse(text) } };
}

/** The key that a change request was about, which may be another than the one that it named: the key that this one had joined. */
function idOfTarget({ at, step: { kind, template } }: Kept, source: Run): string | undefined {
  return kind === 'change-request' && 'registrationKey' in template ? source.ids.get(`K${at}`) : undefined;
}

/** Registrations name keys, too, and may join one to another. */
function isOfOrder({ outcomes }: Run, symbol: string): boolean {
  return outcomes.get(Number(symbol.slice(1)))?.orderNumber !== undefined;
}

/**
 * Without what was taken back, an order may have gone on with an earlier key where it made its own one: that one falls, and what named it
 * follows it (rules §8.4).
 */
function followsFallen(source: Run, run: Run, { step: { kind, template } }: Kept): boolean {
  const keys = symbolsIn(template).filter((symbol) => symbol.startsWith('K') && isOfOrder(source, symbol));
  const order = kind === 'change-request' && 'order' in template && /O(\d+)$/.exec(String(template['order']));
  if (order) keys.push(`K${order[1]}`);
  return keys.some((symbol) => {
    const [there, here] = [source.ids.get(symbol), run.ids.get(symbol)];
    return (
      here !== undefined &&
      [...source.ids].some(
        ([name, id]) =>
          isOfOrder(source, name) &&
          Number(name.slice(1)) < Number(symbol.slice(1)) &&
          id !== there &&
          run.ids.get(name) === here,
      )
    );
  });
}

/** What a change request is about stays what it was: the key of the order that it named, also where that order is left out. */
function targetFixed(kept: Kept, left: ReadonlySet<number>): Kept {
  const { kind, template } = kept.step;
  if (kind !== 'change-request' || !('order' in template)) return kept;
  const { order, ...others } = template;
  const at = Number(/O(\d+)$/.exec(String(order))?.[1]);
  return left.has(at)
    ? { ...kept, step: { kind, template: { ...others, registrationKey: `{K${at}}` } } }
    : kept;
}
