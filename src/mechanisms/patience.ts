import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '#src/mechanisms/backoff.ts';

/**
 * Whoever asks again at once when a server has refused takes a whole core, and leaves no turn for timers, probes and signals. Here each
 * refusal in a row is followed by a longer pause.
 */
export class Patience {
  readonly #ended = new AbortController();
  #refusals = 0;
  #fault: string | undefined;

  /** What the server said last, while it refuses; undefined once it has answered. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Rejects as `call` does, but later. */
  async attempt<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#refusals = 0;
      this.#fault = undefined;
      return answer;
    } catch (error) {
      this.refused(error);
      await this.pause();
      throw error;
    }
  }

  refused(error: unknown): void {
    this.#refusals += 1;
    this.#fault = error instanceof Error ? error.message || error.name : String(error);
  }

  answered(): void {
    this.#refusals = 0;
    this.#fault = undefined;
  }

  /** The longer, the more refusals there were in a row; over at once when patience has ended. */
  async pause(): Promise<void> {
    await delay(backoffMs(this.#refusals), undefined, { signal: this.#ended.signal }).catch(() => {});
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#ended.abort();
  }
}
