import { describe, expect, test } from 'vitest';
import { licenseTypes } from '#src/domain/license.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { aCatalog, publishedMatrix, today } from '#test/domain/examples.ts';
import {
  anOnPremisesMerge,
  aPremisesLicense,
  aServiceLicense,
  aServiceMerge,
  knowing,
} from '#test/domain/merging/merge-examples.ts';
import { verdict } from '#test/domain/verdict.ts';

/** Row: the survivor's type; column: the type of what merges into it; in the order reseller, retail, oem, protectlink. */
const published = {
  reseller: ['held', 'yes', 'yes', 'no'],
  retail: ['yes', 'yes', 'yes', 'no'],
  oem: ['yes', 'yes', 'yes', 'no'],
  protectlink: ['no', 'no', 'no', 'no'],
} as const;

const outcomes = {
  yes: 'planned',
  no: 'rejected MERGE_TYPES_NOT_ALLOWED',
  held: 'held MERGE_RESELLER_WITH_RESELLER',
} as const;

const cells = licenseTypes.flatMap((survivor) =>
  licenseTypes.map((merged, column) => ({
    survivor,
    merged,
    expected: outcomes[published[survivor][column] ?? 'no'],
  })),
);

describe('the published matrix', () => {
  test('has sixteen cells', () => {
    expect(cells).toHaveLength(16);
  });

  test.each(cells)('$merged into $survivor, a service: $expected', ({ survivor, merged, expected }) => {
    const holdings = knowing([
      aServiceLicense({ type: survivor }),
      aServiceLicense({ type: merged, account: 'acme-branch' }),
    ]);
    expect(verdict(planMerge(aServiceMerge(), holdings, aCatalog(), today))).toBe(expected);
  });

  test.each(cells)('$merged into $survivor, on premises: $expected', ({ survivor, merged, expected }) => {
    const retained = aPremisesLicense({ type: survivor });
    const holdings = knowing([retained, aPremisesLicense({ type: merged })]);
    expect(verdict(planMerge(anOnPremisesMerge(retained), holdings, aCatalog(), today))).toBe(expected);
  });
});

describe('another matrix in the catalog', () => {
  const allYes = { reseller: true, retail: true, oem: true, protectlink: true };
  const matrix = {
    ...publishedMatrix,
    reseller: allYes,
    protectlink: { ...publishedMatrix.protectlink, oem: true },
  };
  const catalog = aCatalog({ matrix });
  const outcome = (
    survivor: 'reseller' | 'protectlink' | 'oem',
    merged: 'reseller' | 'protectlink' | 'oem',
  ) => {
    const retained = aPremisesLicense({ type: survivor });
    const holdings = knowing([retained, aPremisesLicense({ type: merged })]);
    return verdict(planMerge(anOnPremisesMerge(retained), holdings, catalog, today));
  };

  test('decides: it is data, not code', () => {
    expect(outcome('protectlink', 'oem')).toBe('planned');
    expect(outcome('protectlink', 'reseller')).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
  });

  test('is read by the row of the survivor', () => {
    expect(outcome('oem', 'protectlink')).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
  });

  test('that allows reseller with reseller asks nobody', () => {
    expect(outcome('reseller', 'reseller')).toBe('planned');
  });
});
