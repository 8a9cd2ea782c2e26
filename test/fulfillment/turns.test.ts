import { expect, test } from 'vitest';
import { namedFirst } from '#src/fulfillment/batch/turns.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import { change, order } from '#test/fulfillment/messages-by-hand.ts';

function open(message: ReturnType<typeof order>, id: string): OpenMessage {
  return { ...message, id };
}

const ids = (messages: readonly OpenMessage[]) => namedFirst(messages).map(({ id }) => id);

test('a request waits for an order that was accepted after it, and no order goes before an older one', () => {
  const request = open(change({ kind: 'seats', requestNumber: 'C', order: 'O2', seats: 5 }), 'request');
  const older = open(order({ orderNumber: 'O1' }), 'older');
  const newer = open(order({ orderNumber: 'O2' }), 'newer');
  expect(ids([request, older, newer])).toEqual(['older', 'newer', 'request']);
  expect(ids([older, newer, request])).toEqual(['older', 'newer', 'request']);
});

test('a request that names a request that waits comes behind both; those that name each other come last', () => {
  const second = open(change({ kind: 'return', requestNumber: 'C2', change: 'C1' }), 'second');
  const first = open(change({ kind: 'seats', requestNumber: 'C1', order: 'O1', seats: 5 }), 'first');
  const one = open(order({ orderNumber: 'O1' }), 'order');
  expect(ids([second, first, one])).toEqual(['order', 'first', 'second']);
  const left = open(change({ kind: 'return', requestNumber: 'A', change: 'B' }), 'left');
  const right = open(change({ kind: 'return', requestNumber: 'B', change: 'A' }), 'right');
  expect(ids([left, right, one])).toEqual(['order', 'left', 'right']);
});
