import { earlyCheckCases } from '#test/merging/check-cases-early.ts';
import { lateCheckCases } from '#test/merging/check-cases-late.ts';
import { effectCases } from '#test/merging/effect-cases.ts';
import { matrixCases } from '#test/merging/matrix-cases.ts';
import { castOf, type CaseRow, type MergeCase } from '#test/merging/merge-case.ts';

/** Every cell, every check, every effect, each played by a cast of its own: all fit into one ledger. */
export const allCases: readonly PlayedCase[] = [
  ...matrixCases,
  ...earlyCheckCases,
  ...lateCheckCases,
  ...effectCases,
].map((row, number) => ({ ...row, ...row.play(castOf(number)), requestNumber: `MR-${number}` }));

export interface PlayedCase extends CaseRow, MergeCase {
  readonly requestNumber: string;
}
