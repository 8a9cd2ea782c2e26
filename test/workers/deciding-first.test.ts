import { expect, test } from 'vitest';
import { queueNames } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { decidingFirst } from '#workers/deciding-first.ts';
import { watchProgress } from '#workers/progress.ts';

test('while a process is full of messages telling waits for its turn, and no longer', async () => {
  const progress = recordOf(queueNames, () => watchProgress());
  const first = decidingFirst(progress);
  const begin = (count: number) => {
    for (let i = 0; i < count; i += 1) progress['upgrade-orders'].begun();
  };
  first.spent(1_000_000);
  begin(20);
  expect(first.isBusy()).toBe(false);
  // At once, whatever was sent before.
  await first.turn(() => false);
  begin(200);
  expect(first.isBusy()).toBe(true);
  let hasTurn = false;
  const turn = first.turn(() => false).then(() => (hasTurn = true));
  await first.turn(() => true);
  expect(hasTurn).toBe(false);
  for (let i = 0; i < 220; i += 1) progress['upgrade-orders'].ended();
  await turn;
  expect(first.isBusy()).toBe(false);
  // Deliveries themselves are not what they give way to.
  for (let i = 0; i < 500; i += 1) progress.deliveries.begun();
  expect(first.isBusy()).toBe(false);
});

test('between two batches a process is as full as it was', () => {
  let now = 0;
  const progress = recordOf(queueNames, () => watchProgress());
  const first = decidingFirst(progress, () => now);
  for (let i = 0; i < 100; i += 1) progress['upgrade-orders'].begun();
  expect(first.isBusy()).toBe(true);
  for (let i = 0; i < 100; i += 1) progress['upgrade-orders'].ended();
  now = 1000;
  expect(first.isBusy()).toBe(true);
  now = 2000;
  expect(first.isBusy()).toBe(false);
});
