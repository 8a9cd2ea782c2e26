import type { Logger } from 'pino';

/** Says of a thing what is wrong with it once, and again only when something else is, or the same after it was well. */
export class Sayings {
  readonly #log: Logger;
  readonly #said = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  warn(about: string, text: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const saying = JSON.stringify([text, fields]);
    if (this.#said.get(about) === saying) return;
    this.#said.set(about, saying);
    this.#log.warn(fields, text);
  }

  isWell(about: string): void {
    this.#said.delete(about);
  }

  /** All but these are well. */
  onlyThese(prefix: string, known: ReadonlySet<string>): void {
    for (const about of this.#said.keys())
      if (about.startsWith(prefix) && !known.has(about)) this.#said.delete(about);
  }
}
