import { accountView } from '#src/fulfillment/looking/account-view.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existing } from '#test/fulfillment/ending.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import type { Run } from '#test/lifecycle/oracle/run.ts';

/** What the run's accounts own, as it is shown, grants and what a return revoked aside. */
export async function viewsOf({ fulfillment }: Ledger, { name }: Run): Promise<string> {
  const views: unknown[] = [];
  for (const which of ['one', 'two']) {
    const view = existing(await accountView(fulfillment, `${name}-${which}`, { kind: 'operator' }));
    const licenses = view.licenses
      .filter(({ status }) => status !== 'revoked')
      .map((license) => ({ ...license, grants: undefined }));
    views.push({ ...view, licenses });
  }
  return JSON.stringify(views);
}

/** What is other than it was before a message that was taken back at once; nothing when all is well. */
export async function restoredViews(
  ledger: Ledger,
  run: Run,
  at: number,
  before: string,
): Promise<readonly string[]> {
  const [taken, back] = [existing(run.outcomes.get(at - 1)), existing(run.outcomes.get(at))];
  if (back.status !== 'fulfilled') return [`${back.status} ${back.reason?.code}: ${back.reason?.message}`];
  const after = await viewsOf(ledger, run);
  const sum = seatDaysOf(taken) + seatDaysOf(back);
  return [
    ...(after === before ? [] : [`was ${before}`, `is  ${after}`]),
    ...(sum === 0 ? [] : [`${seatDaysOf(taken)} seat-days and ${seatDaysOf(back)} do not cancel each other`]),
  ];
}

function seatDaysOf({ lines = [], survivor, merged = [], restored = [] }: Outcome): number {
  const all = [...lines, ...(survivor ? [survivor] : []), ...merged, ...restored];
  return all.reduce((sum, { seatDays }) => sum + seatDays, 0);
}
