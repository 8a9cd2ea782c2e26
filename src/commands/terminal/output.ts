import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { printableLines } from '#src/mechanisms/printable.ts';

/** A result, on stdout. Foreign text in it is shown, never obeyed. */
export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Sentences, on stdout, broken into lines of at most 100 columns. */
export function printProse(text: string): void {
  print(wrapAnsi(printableLines(text), 100, { hard: true }));
}

/** The one JSON value of `--json`, on stdout. */
export function printJson(value: unknown): void {
  // What is made visible in a string of JSON still means itself.
  process.stdout.write(`${printableLines(JSON.stringify(value, null, 2))}\n`);
}

/** A word on what is going on, on stderr. */
export function say(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

type Format = Parameters<typeof styleText>[0];

/** Coloured on a terminal alone, and not when NO_COLOR is set. */
export function styled(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

export function heading(text: string): string {
  return styled('bold', text);
}

export function dim(text: string): string {
  return styled('dim', text);
}

/** Aligned `name  value` lines; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | number | null | undefined])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length), 0);
  return shown.map(([name, value]) => `  ${dim(name.padEnd(width))}  ${value}`).join('\n');
}

/** An instant for people: `2026-11-20 09:30:00 UTC`. */
export function moment(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
