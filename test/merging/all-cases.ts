import { earlyCheckCases } from '#test/merging/check-cases-early.ts';
import { lateCheckCases } from '#test/merging/check-cases-late.ts';
import { effectCases } from '#test/merging/effect-cases.ts';
import { matrixCases } from '#test/merging/matrix-cases.ts';
import { castOf, type CaseRow, type MergeCase } from '#test/merging/merge-case.ts';

/**
 * Every cell, every check, every effect, each played by a cast of its own: all fit into one ledger. With the dates of the day on which it
 * is asked: a run may cross midnight.
 */
export function allCases(): readonly PlayedCase[] {
  return [...matrixCases, ...earlyCheckCases, ...lateCheckCases, ...effectCases].map(played);
}

/** The case of the number, with today's dates. */
export function caseOf(number: number): PlayedCase {
  const found = allCases()[number];
  if (!found) throw new Error(`There is no case ${number}.`);
  return found;
}

function played(row: CaseRow, number: number): PlayedCase {
  return { ...row, ...row.play(castOf(number)), requestNumber: `MR-${number}` };
}

export interface PlayedCase extends CaseRow, MergeCase {
  readonly requestNumber: string;
}
