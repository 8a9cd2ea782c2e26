import { expect, test } from 'vitest';
import { createCoalescer } from '#src/mechanisms/coalescer.ts';

/** A coalescer of numbers whose batches end when they are told to. */
function paused(options: {
  readonly slots: number;
  readonly largest: number;
  readonly besideAfterMs?: number;
}) {
  const begun: { readonly items: readonly number[]; readonly end: () => void }[] = [];
  const coalescer = createCoalescer<number, number>({
    ...options,
    run: (items) =>
      new Promise((resolve) => begun.push({ items, end: () => resolve(items.map((item) => item * 2)) })),
  });
  const sizes = () => begun.map(({ items }) => items.length);
  const batch = (at: number) => begun[at] ?? expect.unreachable(`batch ${at} has not begun`);
  return {
    submit: (item: number) => coalescer.submit(item),
    idle: () => coalescer.idle(),
    sizes,
    batch,
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what arrives together goes together, what arrives meanwhile goes next, each with its own result', async () => {
  const { submit, idle, sizes, batch } = paused({ slots: 1, largest: 3 });
  const first = [1, 2].map((item) => submit(item));
  await turn();
  const next = [3, 4, 5, 6].map((item) => submit(item));
  await turn();
  expect(sizes()).toEqual([2]);
  batch(0).end();
  expect(await Promise.all(first)).toEqual([2, 4]);
  await turn();
  expect(sizes()).toEqual([2, 3]);
  batch(1).end();
  await Promise.all(next.slice(0, 3));
  await turn();
  batch(2).end();
  expect(await Promise.all(next)).toEqual([6, 8, 10, 12]);
  await idle();
});

test('a small batch does not start beside one that has just begun, a full one does', async () => {
  const { submit, sizes } = paused({ slots: 2, largest: 3, besideAfterMs: 60_000 });
  void submit(1);
  await turn();
  void submit(2);
  await turn();
  expect(sizes()).toEqual([1]);
  void submit(3);
  void submit(4);
  await turn();
  expect(sizes()).toEqual([1, 3]);
});

test('a batch that takes long holds up nothing: after a while the next starts beside it', async () => {
  const { submit, sizes, batch } = paused({ slots: 2, largest: 3, besideAfterMs: 50 });
  void submit(1);
  await turn();
  const waiting = submit(2);
  await turn();
  expect(sizes()).toEqual([1]);
  await expect.poll(sizes, { interval: 5 }).toEqual([1, 1]);
  batch(1).end();
  expect(await waiting).toBe(4);
});
