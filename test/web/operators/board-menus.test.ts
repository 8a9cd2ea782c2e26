import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { withoutRefusedItems } from '#src/web/operators/board-menus.ts';

const folder = join(
  dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')),
  'dist/static/js',
);
const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));

/** How often it stands in all scripts, before and after. */
function counts(pattern: RegExp): { readonly before: number; readonly after: number } {
  const count = (texts: readonly string[]) =>
    texts.reduce((sum, text) => sum + [...text.matchAll(pattern)].length, 0);
  return { before: count(scripts), after: count(scripts.map(withoutRefusedItems)) };
}

test.each([
  ['adding a job', /onClick:\w+\.addJob,/g],
  ['emptying a queue', /onClick:\w+\.emptyQueue\(/g],
  ['obliterating a queue', /onClick:\w+\.obliterateQueue\(/g],
  ['limits of a queue, in its menu', /!!\w+\.(?:onConcurrency|onRateLimit)&&/g],
  ['limits of a queue, beside what is said of it', /action:(?!false)\w+&&(?:"bullmq"|\(0)/g],
  ['cleaning delayed jobs all at once', /\.failed,\w+\.f\.delayed,\w+\.f\.completed\]\.includes\(\w+\)&&/g],
  [
    'duplicating or changing a job',
    /\]:\[[^\]]*\.(?:duplicate|updateData|reschedule|reprioritise|removeChildren)\b/g,
  ],
  [
    'cleaning a job that has not ended',
    /\.(?:waiting|delayed|paused|prioritized|waitingChildren)\]:\[[^\]]*\.clean\b/g,
  ],
  ['running a completed job again', /\.completed\]:\[[^\]]*\.retry\b/g],
])(
  '%s, which the server refuses, is offered by the board as it comes and not as we send it',
  (_, pattern) => {
    const { before, after } = counts(pattern);
    expect(before).toBeGreaterThan(0);
    expect(after).toBe(0);
  },
);

test('what is allowed is still offered', () => {
  for (const pattern of [
    /\.failed\]:\[\w+\.retry,\w+\.clean\]/g,
    /\.completed\]:\[\w+\.clean\]/g,
    /\.delayed\]:\[\w+\.promote\]/g,
    /QUEUE\.ACTIONS\.PAUSE"/g,
  ])
    expect(counts(pattern).after).toBeGreaterThan(0);
});

test('what is sent is still a script', () => {
  for (const script of scripts) expect(() => new Script(withoutRefusedItems(script))).not.toThrow();
});
