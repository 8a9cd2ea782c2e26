import type { ImportResult } from '#src/files/import-run.ts';
import type { RowResult } from '#src/files/result-file.ts';

const counted = new Intl.NumberFormat('en-US');

/** What an import did and what to do next, for a person at a terminal. Ends with a line feed. */
export function importSummary(file: string, result: ImportResult): string {
  const { rows, accepted, repeats, conflicts, invalid, problems, warnings, resultFile, refusal, exitCode } =
    result;
  if (refusal !== undefined) return `Nothing was imported. ${refusal}\n`;
  const counts = [
    `${counted.format(accepted)} accepted`,
    `${counted.format(repeats)} repeats`,
    `${counted.format(conflicts)} conflicts`,
    `${counted.format(invalid)} invalid`,
  ];
  const refused = conflicts + invalid;
  const lines = [
    `${file}: ${counted.format(rows)} ${rows === 1 ? 'row' : 'rows'}: ${counts.join(', ')}.`,
    ...problems.map(problemLine),
    ...(refused > problems.length ? [`  and ${counted.format(refused - problems.length)} more`] : []),
    ...warnings.map((warning) => `  ${warning}`),
    `What became of each row: ${resultFile ?? 'nowhere'}`,
    ...nextStep(exitCode),
  ];
  return `${lines.join('\n')}\n`;
}

function problemLine({ row, reference, result, message }: RowResult): string {
  const about = reference === '' ? '' : ` (${terminalText(reference)})`;
  return `  row ${row}${about}: ${result}: ${terminalText(message ?? '')}`;
}

function nextStep(exitCode: ImportResult['exitCode']): readonly string[] {
  switch (exitCode) {
    case 0:
      return [];
    case 1:
      return ['Not a single row could be read: is this the right file?'];
    case 3:
      return [
        'Correct the refused rows and import the file again: rows that were accepted are repeats then and change nothing.',
      ];
  }
}

/** Text out of the file must not move the cursor or fill the screen. */
function terminalText(text: string): string {
  const printable = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return printable.length > 300 ? `${printable.slice(0, 300)}...` : printable;
}
