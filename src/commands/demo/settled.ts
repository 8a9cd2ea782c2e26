import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { countBooks } from '#src/persistence/books.ts';
import { scanning } from '#src/persistence/database.ts';

/** Much longer than it takes: whoever waits this long wants to be told. */
const patienceMs = 60_000;

/** Waits until the workers have decided every accepted message and, when asked for, rendered every certificate. */
export async function untilSettled({ system }: Stage, what: 'messages' | 'certificates'): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const { open, certificatesWithoutPdf } = await scanning(system.database, countBooks);
    if (open === 0 && (what === 'messages' || certificatesWithoutPdf === 0)) return;
    if (performance.now() > until)
      throw new CommandError(
        `The workers did not finish within ${patienceMs / 1000} s: ${open} messages and ${certificatesWithoutPdf} certificates wait.`,
      );
    await delay(25);
  }
}
