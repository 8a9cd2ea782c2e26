import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { countBooks } from '#src/persistence/books.ts';
import { scanning } from '#src/persistence/database.ts';

/** Whoever sees nothing end for so long wants to be told; a slow machine ends something all the time. */
const patienceMs = 60_000;

/** Waits until the workers have decided every accepted message and, when asked for, rendered every certificate. */
export async function untilSettled({ system }: Stage, what: 'messages' | 'certificates'): Promise<void> {
  let until = performance.now() + patienceMs;
  let left = Infinity;
  for (;;) {
    const { open, certificatesWithoutPdf } = await scanning(system.database, countBooks);
    if (open === 0 && (what === 'messages' || certificatesWithoutPdf === 0)) return;
    if (open + certificatesWithoutPdf < left) {
      left = open + certificatesWithoutPdf;
      until = performance.now() + patienceMs;
    }
    if (performance.now() > until)
      throw new CommandError(
        `The workers have ended nothing for ${patienceMs / 1000} s: ${open} messages and ${certificatesWithoutPdf} certificates wait.`,
      );
    await delay(25);
  }
}
