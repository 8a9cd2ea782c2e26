import { planned, type Decision } from '#src/domain/decision.ts';
import { checkNotMerged, licensesOf } from '#src/domain/lifecycle/change-checks.ts';
import { unchangedLine, type ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/** A new code for the same license or key; nothing else of it changes (rules §8.1). The code is drawn by who carries it out. */
export function planCodeReplacement(target: FoundTarget): Decision<ChangePlan, 'LICENSE_MERGED', never> {
  const merged = checkNotMerged(target);
  if (merged) return merged;
  return planned({
    target,
    key: target.what === 'key' ? target.key : undefined,
    lines: licensesOf(target).map((license) =>
      target.what === 'license' ? { ...unchangedLine(license), action: 'replaced' } : unchangedLine(license),
    ),
  });
}
