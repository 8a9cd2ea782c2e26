import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { showPath } from '#src/commands/demo/show-path.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { heading, print, printProse } from '#src/commands/terminal/output.ts';
import { reading, statement } from '#src/persistence/database.ts';

/** Whoever sees no mail sent for so long wants to be told. */
const patienceMs = 60_000;

/** Leaves what was mailed as files that mail programs open: certificates to customers, and the code of who signed up. */
export async function showMails({ system, output }: Stage): Promise<void> {
  let until = performance.now() + patienceMs;
  let before = Infinity;
  for (;;) {
    const waiting = await countWaiting(system);
    if (waiting === 0) break;
    if (waiting < before) until = performance.now() + patienceMs;
    if (performance.now() > until) throw new CommandError(`${waiting} mails of the demo were not sent.`);
    before = waiting;
    await delay(50);
  }
  const folder = join(output, 'mail');
  await mkdir(folder, { recursive: true });
  const sent = join(system.configuration.dataDirectory, 'mail');
  const names = (await readdir(sent)).filter((name) => name.endsWith('.eml'));
  for (const name of names) await copyFile(join(sent, name), join(folder, name));
  print(heading('Mail'));
  printProse(
    `Without a mail server each mail is a file. ${names.length} were written: License Certificates for customers, and the code of who signed up at the portal. They are in ${showPath(folder)}.`,
  );
}

async function countWaiting({ database }: Stage['system']): Promise<number> {
  const [row] = await statement<{ readonly count: number }>(
    reading(database),
    `select count(*)::integer as count from mail where status = 'queued'`,
  );
  return row?.count ?? 0;
}
