import type { MessageKind } from '#jobs/kinds.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';
import { decideAll, existing } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { parsed } from '#test/fulfillment/messages-by-hand.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import { render } from '#test/lifecycle/oracle/template.ts';
import { holdingsOf, importedCode, type World } from '#test/lifecycle/oracle/world.ts';

/** One message of a history. */
export interface Step {
  readonly kind: MessageKind;
  readonly template: object;
}

/** One time that a history runs. */
export interface Run {
  readonly name: string;
  /** Which imported codes are its own. */
  readonly number: number;
  /** Ids of keys and licenses by symbol. */
  readonly ids: Map<string, string>;
  /** The outcomes so far, by the number of the step. */
  readonly outcomes: Map<number, Outcome>;
}

/** A message whose turn it is in a run. */
export interface Turn {
  readonly run: Run;
  readonly at: number;
  readonly step: Step;
}

let runs = 0;

/** Begins runs of histories, each with its holdings. */
export async function beginRuns(ledger: Ledger, worlds: readonly World[]): Promise<readonly Run[]> {
  const begun = worlds.map((world): readonly [World, Run] => {
    runs += 1;
    return [world, { name: `r${runs}`, number: runs, ids: new Map(), outcomes: new Map() }];
  });
  const holdings = begun.map(([world, { name, number }]) => holdingsOf(world, name, number));
  await givenHoldings(
    ledger.database,
    holdings.flatMap(({ accounts }) => accounts),
    holdings.flatMap(({ licenses }) => licenses),
  );
  return begun.map(([, run]) => run);
}

/** Decides the messages, as one batch, and notes what came of them. */
export async function takeTurns(ledger: Ledger, turns: readonly Turn[]): Promise<void> {
  if (turns.length === 0) return;
  const codes = await codesOf(ledger, turns);
  const messages = turns.map(({ run, step }) =>
    parsed(
      step.kind,
      render(step.template, (symbol) => valueOf(run, symbol, codes)),
    ),
  );
  const endings = await decideAll(ledger.fulfillment, ...messages).catch(async (error: unknown) => {
    for (const [i, { run, at }] of turns.entries())
      await decideAll(ledger.fulfillment, existing(messages[i])).catch((cause: unknown) => {
        throw new Error(`Step ${at} of ${run.name} cannot be decided.`, { cause });
      });
    throw error;
  });
  const ids = endings.map((ending) => {
    if (ending.outcome !== 'decided') throw new Error(`Not decided: ${JSON.stringify(ending)}`);
    return ending.id;
  });
  await note(
    ledger,
    turns.map(({ run, at }, i) => ({ run, at, id: existing(ids[i]) })),
  );
}

/** Approves what is held. */
export async function approve(ledger: Ledger, run: Run, at: number): Promise<Outcome> {
  const outcome = existing(run.outcomes.get(at));
  const decision = { decision: 'approved', by: 'oracle', reason: 'random', keep: [] } as const;
  const ending = await decideHold(ledger.fulfillment, existing(outcome.hold), {
    ...decision,
    despiteNewer: true,
  });
  if (ending.outcome === 'decided') await note(ledger, [{ run, at, id: existing(outcome.id) }]);
  return existing(run.outcomes.get(at));
}

/** The present value of a symbol in a run; undefined when there is none. */
export function valueOf(run: Run, symbol: string, codes: ReadonlyMap<string, string>): string | undefined {
  if (symbol === 'a') return run.name;
  if (symbol.startsWith('L') && !run.ids.has(symbol)) return importedCode(symbol, run.number);
  return codes.get(run.ids.get(symbol) ?? '');
}

/** The codes of today, by the ids of what has them. */
async function codesOf(ledger: Ledger, turns: readonly Turn[]): Promise<ReadonlyMap<string, string>> {
  const ids = turns.flatMap(({ run }) => [...run.ids.values()]);
  const rows = await ledger.query<{ readonly id: string; readonly code: string }>(
    `select id, activation_code as code from license where id = any($1::uuid[])
     union all select id, code from registration_key where id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, code }) => [id, code]));
}

interface Noted {
  readonly run: Run;
  readonly at: number;
  readonly id: string;
}

async function note(ledger: Ledger, noted: readonly Noted[]): Promise<void> {
  const rows = await findOutcomes(reading(ledger.database), { ids: noted.map(({ id }) => id) }, noted.length);
  const byId = new Map(
    rows.map((row): readonly [string, Outcome] => [row.message.id, outcomeOf(row, { kind: 'operator' })]),
  );
  const codes = [...byId.values()].flatMap(({ registrationKey, lines = [], survivor, merged = [] }) => [
    registrationKey ?? '',
    ...[...lines, ...(survivor ? [survivor] : []), ...merged].map(({ activationCode }) => activationCode),
  ]);
  const ids = new Map(
    (
      await ledger.query<{ readonly id: string; readonly code: string }>(
        `select id, activation_code as code from license where activation_code = any($1::text[])
         union all select id, code from registration_key where code = any($1::text[])`,
        [codes],
      )
    ).map(({ id, code }): readonly [string, string] => [code, id]),
  );
  for (const { run, at, id } of noted) {
    const outcome = existing(byId.get(id));
    run.outcomes.set(at, outcome);
    if (outcome.status !== 'fulfilled') continue;
    const key = ids.get(outcome.registrationKey ?? '');
    if (key !== undefined) run.ids.set(`K${at}`, key);
    for (const { action, pid, activationCode } of outcome.lines ?? []) {
      const license = activationCode === undefined ? undefined : ids.get(activationCode);
      if (action === 'issued' && license !== undefined) run.ids.set(`I${at}:${pid.slice(0, 6)}`, license);
    }
  }
}
