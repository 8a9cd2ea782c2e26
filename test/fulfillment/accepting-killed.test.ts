import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { accept } from '#src/fulfillment/batch/accept-messages.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const child = fileURLToPath(new URL('accepting-child.ts', import.meta.url));
const killed = z.object({ signal: z.literal('SIGKILL') });

/** @returns whether it was killed before it had done its work */
async function acceptAndDie(url: string, after: number, name: string): Promise<boolean> {
  try {
    await promisify(execFile)(process.execPath, [child, url, String(after), name]);
    return false;
  } catch (error) {
    if (!killed.safeParse(error).success) throw error;
    return true;
  }
}

test('a process killed between any two statements of accepting leaves no message without its idempotency key', async () => {
  const { url, query, database, fulfillment } = await openLedger();
  await givenHoldings(database, [{ id: 'acme' }]);
  const found: number[] = [];
  for (let after = 0; ; after += 1) {
    const name = `PO-${after}`;
    const died = await acceptAndDie(url, after, name);
    const messages = await query('select id from message where number = $1', [name]);
    const keys = await query('select message as id from idempotency_key where key = $1', [name]);
    expect(keys, `killed after ${after} statements`).toEqual(messages);
    found.push(messages.length);
    // Whatever was left, sending it again under the key records it once, and another message under it is refused.
    const again = await accept(fulfillment, [arrival(name, name), arrival('OTHER', name)]);
    expect(again).toMatchObject([
      { outcome: messages.length === 0 ? 'accepted' : 'repeat' },
      { outcome: 'reused' },
    ]);
    if (!died) break;
  }
  // From before the first statement until after the commit.
  expect(found.length).toBeGreaterThan(8);
  expect(found.at(0)).toBe(0);
  expect(found.at(-1)).toBe(1);
}, 120_000);

function arrival(orderNumber: string, idempotencyKey: string) {
  return { message: order({ orderNumber }), by: 'reseller northwind', idempotencyKey };
}
