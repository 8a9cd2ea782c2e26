import { maskCode } from '#src/domain/code.ts';
import { planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { License } from '#src/domain/license.ts';
import { checkNotMerged, licensesOf } from '#src/domain/lifecycle/change-checks.ts';
import { unchangedLine, type ChangedLine, type ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { Resumption, Suspension } from '#src/domain/lifecycle/change-request.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/** Status only: seats and dates run on. Once more changes nothing. What is revoked stays so (rules §8.1). */
export function planSuspension(
  { kind }: Pick<Suspension | Resumption, 'kind'>,
  target: FoundTarget,
): Decision<ChangePlan, 'LICENSE_MERGED' | 'LICENSE_REVOKED', never> {
  const merged = checkNotMerged(target);
  if (merged) return merged;
  const licenses = licensesOf(target);
  if (target.what === 'license' && target.license.status === 'revoked') {
    const code = maskCode(target.license.activationCode);
    return rejected('LICENSE_REVOKED', `License ${code} was revoked and stays so.`, { activationCode: code });
  }
  return planned({
    target,
    key: target.what === 'key' ? { ...target.key, suspended: kind === 'suspension' } : undefined,
    lines: licenses.map((license) => (kind === 'suspension' ? suspended(license) : resumed(license))),
  });
}

function suspended(license: License): ChangedLine {
  const line = unchangedLine(license);
  return license.status === 'suspended' || license.status === 'revoked'
    ? line
    : { ...line, action: 'suspended', status: 'suspended' };
}

function resumed(license: License): ChangedLine {
  const line = unchangedLine(license);
  return license.status === 'suspended' ? { ...line, action: 'resumed', status: 'active' } : line;
}
