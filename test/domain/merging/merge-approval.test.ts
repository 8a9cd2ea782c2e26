import { describe, expect, test } from 'vitest';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { aCatalog, anAccount, today, yesterday } from '#test/domain/examples.ts';
import { aServiceLicense, aServiceMerge, knowing } from '#test/domain/merging/merge-examples.ts';
import { verdict } from '#test/domain/verdict.ts';
import type { License } from '#src/domain/license.ts';

const apart = [anAccount(), anAccount('acme-branch', { region: 'apac' })];

function outcome(changes: Partial<License>, ...approved: readonly string[]): string {
  const licenses = [
    aServiceLicense({ type: 'reseller' }),
    aServiceLicense({ type: 'reseller', account: 'acme-branch', ...changes }),
  ];
  const approval = { codes: new Set(approved), keep: [] };
  return verdict(planMerge(aServiceMerge(), knowing(licenses, apart), aCatalog(), today, approval));
}

describe('the approval of a held merge', () => {
  test('skips the check that held it, and no other', () => {
    expect(outcome({})).toBe('held MERGE_REGION_MISMATCH');
    expect(outcome({}, 'MERGE_REGION_MISMATCH')).toBe('held MERGE_RESELLER_WITH_RESELLER');
    expect(outcome({}, 'MERGE_RESELLER_WITH_RESELLER')).toBe('held MERGE_REGION_MISMATCH');
  });

  test('merges when all that held it was approved', () => {
    expect(outcome({}, 'MERGE_REGION_MISMATCH', 'MERGE_RESELLER_WITH_RESELLER')).toBe('planned');
  });

  test('merges at once when nothing else is wrong', () => {
    expect(outcome({ type: 'oem' }, 'MERGE_REGION_MISMATCH')).toBe('planned');
  });

  test("judges today's state by every other check", () => {
    const both = ['MERGE_REGION_MISMATCH', 'MERGE_RESELLER_WITH_RESELLER'] as const;
    expect(outcome({ type: 'protectlink' }, ...both)).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
    expect(outcome({ edition: 'trial' }, ...both)).toBe('rejected MERGE_TRIAL');
    expect(outcome({ validThrough: yesterday }, ...both)).toBe('rejected MERGE_EXPIRED');
    expect(outcome({ status: 'merged' }, ...both)).toBe('rejected MERGE_ALREADY_MERGED');
  });

  test('cannot allow what is rejected', () => {
    const everything = ['MERGE_REGION_MISMATCH', 'MERGE_TYPES_NOT_ALLOWED', 'MERGE_TRIAL'] as const;
    expect(outcome({ type: 'protectlink' }, ...everything)).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
  });
});
