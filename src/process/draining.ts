import type { Logger } from 'pino';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';

/** Something that is open: what it is, and how it is closed within a time. */
interface Opened {
  readonly name: string;
  readonly close: (deadlineMs: number) => Promise<unknown>;
}

/** The deadline covers finishing the work; giving connections and servers back needs a little more. */
const givingBackMs = 20_000;

/**
 * What a process has opened, in order. Whatever happens to one of them, the others are closed, too.
 */
export class Draining {
  readonly #opened: Opened[] = [];
  readonly #log: Logger;
  #isDraining = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  readonly isDraining = (): boolean => this.#isDraining;

  /** @param close may resolve to false: it did not finish */
  opened(name: string, close: (deadlineMs: number) => Promise<unknown>): void {
    this.#opened.push({ name, close });
  }

  /** Closes everything, the last opened first. @returns whether all work was finished within the deadline */
  async close(deadlineMs: number): Promise<boolean> {
    this.#isDraining = true;
    const until = performance.now() + deadlineMs;
    let finished = true;
    for (const { name, close } of this.#opened.splice(0).reverse()) {
      const startedAt = performance.now();
      const leftMs = Math.max(until - startedAt, 0);
      try {
        const closing = close(leftMs);
        const inTime = await withinDeadline(closing, leftMs + givingBackMs);
        if (!inTime) this.#log.warn({ what: name }, 'it does not close; going on without it');
        if (!inTime || (await closing) === false) finished = false;
        this.#log.debug({ what: name, durationMs: Math.round(performance.now() - startedAt) }, 'closed');
      } catch (error) {
        finished = false;
        this.#log.error({ err: error, what: name }, 'closing failed');
      }
    }
    return finished;
  }
}
