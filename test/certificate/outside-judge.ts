import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

/** A program of others that judges our PDFs. Where one is not installed, its tests are reported as skipped, by name. */
export type Judge =
  'pdftotext' | 'qpdf' | 'pdftoppm' | 'zbarimg' | 'pdffonts' | 'pdfdetach' | 'pdfinfo' | 'unzip';

export function describeWith(judges: readonly Judge[], behaviour: string, tests: () => void): void {
  describe.skipIf(!judges.every(isInstalled))(`${behaviour} (${judges.join(', ')})`, tests);
}

/** Lets the program judge the PDF, whose path is put in the place of `{pdf}`. */
export function judge(
  program: Judge,
  options: readonly string[],
  pdf: Buffer,
): { status: number | null; output: string } {
  return inFolder((folder) => {
    const path = join(folder, 'certificate.pdf');
    writeFileSync(path, pdf);
    return run(
      program,
      options.map((option) => option.replace('{pdf}', path)),
    );
  });
}

/** What a scanner reads off the first page at this resolution. */
export function scan(pdf: Buffer, dotsPerInch: number): string {
  return inFolder((folder) => {
    const path = join(folder, 'certificate.pdf');
    writeFileSync(path, pdf);
    run('pdftoppm', [
      '-r',
      String(dotsPerInch),
      '-f',
      '1',
      '-singlefile',
      '-png',
      path,
      join(folder, 'page'),
    ]);
    return run('zbarimg', ['-q', '--raw', join(folder, 'page.png')]).output.trimEnd();
  });
}

/** The attachment of this name, as a PDF program takes it out. */
export function detach(pdf: Buffer, name: string): Buffer {
  return inFolder((folder) => {
    const path = join(folder, 'certificate.pdf');
    writeFileSync(path, pdf);
    run('pdfdetach', ['-saveall', '-o', folder, path]);
    return readFileSync(join(folder, name));
  });
}

export function isInstalled(program: Judge): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

function run(program: Judge, options: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: 'utf8' });
  return { status, output: `${stdout}${status === 0 ? '' : stderr}` };
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
