import { readFile } from 'node:fs/promises';
import { knownCertificateKeys } from '#src/commands/certificates/known-certificate-keys.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { print, printJson, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { verifyKit } from '#src/kit/verify-kit.ts';

/** `chancery kit verify FILE`, offline. @returns 0 genuine, 1 not */
export async function runKitVerify(
  file: string,
  { keys, json }: { readonly keys?: string; readonly json?: boolean },
): Promise<0 | 1> {
  const zip = await readFile(file).catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new CommandError(
      why === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read (${why}).`,
    );
  });
  const verdict = await verifyKit(zip, await knownCertificateKeys(keys));
  const genuine = verdict.verdict === 'valid';
  if (json) {
    printJson({ genuine, ...verdict });
    return genuine ? 0 : 1;
  }
  print(genuine ? styled('green', verdict.message) : `${styled('red', 'Not genuine.')} ${verdict.message}`);
  if (verdict.verdict === 'unknown-key')
    print('If the keys at hand are old, get them again: see "chancery certificate verify --help".');
  if (verdict.verdict === 'valid') {
    const rows = verdict.kit.products.map(
      ({ product, activationCode, seats, validThrough, downloads, console }) => [
        product,
        activationCode,
        String(seats),
        validThrough,
        console ?? [...new Set((downloads ?? []).map(({ platform }) => platform))].join(', '),
      ],
    );
    const columns = [
      { title: 'Product', shrinkTo: 16 },
      { title: 'Activation Code' },
      { title: 'Seats', align: 'right' as const },
      { title: 'Valid through' },
      { title: 'Installers', shrinkTo: 12 },
    ];
    print(`\n${table(columns, rows)}`);
  }
  return genuine ? 0 : 1;
}
