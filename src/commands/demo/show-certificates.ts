import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyCertificateFile } from '#src/certificate/verify-file.ts';
import { untilSettled } from '#src/commands/demo/settled.ts';
import { showPath } from '#src/commands/demo/show-path.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { heading, print, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { findCertificatePdf } from '#src/persistence/certificates.ts';
import { reading, statement } from '#src/persistence/database.ts';

interface LatestVersion {
  readonly number: string;
  readonly version: number;
  readonly company: string;
  readonly orderNumber: string;
}

/** Writes the latest version of every certificate as a PDF file, with the keys beside them, and verifies one. */
export async function showCertificates(stage: Stage): Promise<void> {
  await untilSettled(stage, 'certificates');
  const tx = reading(stage.system.database);
  const latest = await statement<LatestVersion>(
    tx,
    `select distinct on (number) number, version, facts->'customer'->>'company' as company, facts->>'orderNumber' as "orderNumber"
     from certificate order by number, version desc`,
  );
  const files: string[] = [];
  for (const { number, version } of latest) {
    const found = await findCertificatePdf(tx, number, version);
    if (!found) throw new CommandError(`The certificate ${number} has no PDF.`);
    const file = join(stage.output, `${number}-v${version}.pdf`);
    await writeFile(file, found.pdf);
    files.push(file);
  }
  const jwks = await stage.system.jwks();
  const keys = join(stage.output, 'certificate-keys.json');
  await writeFile(keys, `${JSON.stringify(jwks, null, 2)}\n`);
  print(heading('License Certificates'));
  print('On disk, to be looked at:\n');
  print(
    table(
      [{ title: 'File', shrinkTo: 30 }, { title: 'Customer', shrinkTo: 14 }, { title: 'Order or request' }],
      latest.map(({ company, orderNumber }, i) => [showPath(files[i] ?? ''), company, orderNumber]),
    ),
  );
  const [first = ''] = files;
  const verdict = await verifyCertificateFile(await readFile(first), jwks);
  if (verdict.verdict !== 'valid')
    throw new CommandError(`The certificate ${first} is not genuine: ${verdict.message}`);
  print(`\n${styled('green', verdict.message)}\nTo check it yourself, with no connection:\n`);
  print(`  npx chancery certificate verify ${showPath(first)} --keys ${showPath(keys)}`);
}
