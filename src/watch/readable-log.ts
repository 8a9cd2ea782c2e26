import { styleText } from 'node:util';
import type { DestinationStream } from 'pino';
import { printable, printableLines } from '#src/mechanisms/printable.ts';

/** Turns pino's JSON lines into lines for a person at a terminal: time of day, level when it is not the usual one, message, fields. */
export function readableLines(stream: NodeJS.WriteStream): DestinationStream {
  return { write: (line) => void stream.write(`${printableLines(readable(line, stream))}\n`) };
}

function readable(line: string, stream: NodeJS.WriteStream): string {
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null) return line;
  const { time, level, msg, name: _name, pid: _pid, err, ...fields } = { ...fieldsOf(entry) };
  const more = Object.entries(fields).map(([key, value]) => printable(`${key}=${textOf(value)}`));
  const words = [
    styleText('dim', textOf(time).slice(11, 19), { stream }),
    ...(level === 'info' ? [] : [styleText(styleOf(textOf(level)), textOf(level), { stream })]),
    printable(textOf(msg)),
    styleText('dim', more.join(' '), { stream }),
  ];
  // Set in, so that no line of a foreign text begins as one of ours does.
  const fault =
    err === undefined
      ? []
      : stackOf(err)
          .split('\n')
          .map((line) => `  ${printable(line)}`);
  return [words.filter((word) => word !== '').join(' '), ...fault].join('\n');
}

function fieldsOf(entry: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry));
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return textOf(err);
  const { stack, message } = fieldsOf(err);
  return textOf(stack ?? message ?? err);
}

function styleOf(level: string): 'red' | 'yellow' | 'dim' {
  if (level === 'error' || level === 'fatal') return 'red';
  return level === 'warn' ? 'yellow' : 'dim';
}
