import type { Decision } from '#src/domain/decision.ts';

/** A decision in a word or two: `planned`, or the outcome with its code. */
export function verdict(decision: Decision<unknown, string, string>): string {
  return decision.outcome === 'planned' ? 'planned' : `${decision.outcome} ${decision.reason.code}`;
}

/** @throws when the decision is no plan, saying what it is */
export function planOf<Plan>(decision: Decision<Plan, string, string>): Plan {
  if (decision.outcome === 'planned') return decision.plan;
  throw new Error(`${verdict(decision)}: ${decision.reason.message}`);
}

/** @throws when the decision is a plan */
export function reasonOf(decision: Decision<unknown, string, string>) {
  if (decision.outcome !== 'planned') return decision.reason;
  throw new Error('It was planned.');
}
