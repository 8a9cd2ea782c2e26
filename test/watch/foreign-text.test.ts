import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '#src/watch/log.ts';
import { readableLines } from '#src/watch/readable-log.ts';

const code = 'OS-2345-67892-34567-89234-56789-2345A';
const key = 'SP-7K2M-9XQ4-TWHC-3MZC';
const forged = `x\u001b[2J\n10:00:00 forged line\u009b31m ${code} ${key.replaceAll('-', ' ')}`;

function logged(fields: object): string {
  let lines = '';
  const log = createLog({ level: 'info', name: 'test', destination: { write: (line) => (lines += line) } });
  log.info(fields, 'job ended');
  return lines;
}

test('the log masks codes in whatever a stranger named: ids, names, fields, errors', () => {
  for (const fields of [
    { job: code },
    { job: `order-${code}` },
    { job: key.replaceAll('-', ' ') },
    { nested: { [code]: [key] } },
    { err: new Error(`failed over ${code} and ${key}`) },
  ]) {
    const line = logged(fields).replaceAll(' ', '-');
    expect(line).toContain('…');
    for (const secret of [code, key]) expect(line).not.toContain(secret);
  }
});

test('ids of ours and figures are logged as they are', () => {
  const fields = {
    job: '01a202aa-3d1e-76ae-b1a6-bc620f3b09b4',
    attempt: 1,
    durationMs: 1.5,
    code: undefined,
  };
  expect(JSON.parse(logged(fields))).toMatchObject({ job: fields.job, attempt: 1, durationMs: 1.5 });
});

test('nothing in a field is obeyed by a terminal, makes a line of its own, or fills the disk', () => {
  const line = logged({ job: forged, other: 'y'.repeat(1_000_000) });
  expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(line.length).toBeLessThan(2000);
});

test('the readable log of a terminal neither', () => {
  const terminal = new PassThrough();
  const stream = Object.assign(terminal, { isTTY: true, fd: 2 });
  const entry = {
    time: '2026-11-20T10:00:00Z',
    level: 'info',
    msg: 'job ended',
    job: forged,
    err: { stack: forged },
  };
  Reflect.apply(readableLines, undefined, [stream]).write(JSON.stringify(entry));
  const shown = String(terminal.read());
  // eslint-disable-next-line no-control-regex -- that there are none is what is tested
  expect(shown.replaceAll(/\n|\u001b\[\d+m/g, '')).not.toMatch(/\p{Cc}/u);
  expect(shown).toContain(String.raw`x\u001b[2J`);
  expect(shown.split('\n').filter((line) => line.startsWith('10:00:00 forged'))).toEqual([]);
});
