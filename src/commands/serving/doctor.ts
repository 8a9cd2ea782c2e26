import { heading, print, printJson, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { examine } from '#src/doctor/doctor.ts';
import type { DoctorFinding } from '#src/doctor/finding.ts';

/** `chancery doctor`. @returns 1 when something is a problem */
export async function runDoctor({ json }: { readonly json?: boolean }): Promise<0 | 1> {
  const findings = await examine();
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  const warnings = findings.filter(({ verdict }) => verdict === 'warning').length;
  if (json) printJson({ ok: problems === 0, problems, warnings, findings });
  else {
    const rows = findings.map(({ check, verdict, message, id, advice }) => [
      verdictText(verdict),
      check,
      advice === undefined ? message : `${message}\n→ ${advice} (${id})`,
    ]);
    print(table([{ title: '' }, { title: 'Check' }, { title: 'Finding', shrinkTo: 30 }], rows));
    print(`\n${heading(summary(problems, warnings))}`);
    if (problems + warnings > 0) print('docs/runbook.md says more of each, by the name in brackets.');
  }
  return problems > 0 ? 1 : 0;
}

function verdictText(verdict: DoctorFinding['verdict']): string {
  switch (verdict) {
    case 'ok':
      return styled('green', 'ok');
    case 'warning':
      return styled('yellow', 'warning');
    case 'problem':
      return styled('red', 'problem');
  }
}

function summary(problems: number, warnings: number): string {
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  if (problems > 0) return `${count(problems, 'problem')}, ${count(warnings, 'warning')}.`;
  return warnings > 0 ? `All is well; ${count(warnings, 'warning')}.` : 'All is well.';
}
