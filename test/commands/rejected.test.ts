import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { fingerprint } from '#jobs/message.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { keepRejectedMessage } from '#src/persistence/rejected-messages.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { freePort } from '#test/environment/free-port.ts';
import { orderData } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

interface RejectedSite extends Ledger {
  readonly place: Place;
  /** Keeps it as a worker does. @returns its id */
  readonly reject: (code: string, message: string, content: object) => Promise<string>;
}

async function openRejectedSite(): Promise<RejectedSite> {
  const ledger = await openLedger();
  const place = await openPlace({ DATABASE_URL: ledger.url });
  onTestFinished(() => place.remove());
  return {
    ...ledger,
    place,
    async reject(code, message, content) {
      await inTransaction(ledger.database, (tx) =>
        keepRejectedMessage(tx, {
          queue: 'upgrade-orders',
          jobName: 'upgrade-order.v1',
          code,
          message,
          errors: [],
          content,
          fingerprint: fingerprint(content),
          acceptedFingerprint: null,
        }),
      );
      const rows = await ledger.query<{ readonly id: string }>(
        'select id from rejected_message order by id desc limit 1',
      );
      return rows[0]?.id ?? '';
    },
  };
}

describe('messages that could not be accepted', { timeout: commandsMs }, () => {
  test('are shown in full, ready to be corrected and replayed', async () => {
    const { place, reject } = await openRejectedSite();
    const content = { ...orderData(), seats: -3 };
    const id = await reject(
      'INVALID_MESSAGE',
      'The message cannot be accepted: seats must be 1 or more.',
      content,
    );
    const { code, stdout } = await place.run(['rejected', 'show', id]);
    expect([code, JSON.parse(stdout)]).toEqual([0, content]);
    expect((await place.run(['rejected', 'show', '0199c0de-0000-7000-8000-000000000001'])).code).toBe(1);
    expect((await place.run(['rejected', 'show', 'x'])).code).toBe(2);
  });

  test('are listed without a terminal obeying what strangers wrote', async () => {
    const { place, reject } = await openRejectedSite();
    const message =
      'The message cannot be accepted: a\u001b[2J\u009b31m\u202e is not a field of this message.';
    await reject('INVALID_MESSAGE', message, { ...orderData(), seats: -2 });
    const { stdout } = await place.run(['rejected', 'list']);
    expect(stdout).toContain(String.raw`a\u001b[2J`);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    const [listed] = z
      .array(z.object({ message: z.string() }))
      .parse(await place.json(['rejected', 'list', '--json']));
    expect(listed?.message).toBe(message);
  });

  test('are listed with their reason and how often they came, without their content', async () => {
    const { place, reject } = await openRejectedSite();
    const content = { ...orderData(), seats: -1 };
    await reject('INVALID_MESSAGE', 'The message cannot be accepted: seats must be 1 or more.', content);
    const id = await reject(
      'INVALID_MESSAGE',
      'The message cannot be accepted: seats must be 1 or more.',
      content,
    );
    const { code, stdout } = await place.run(['rejected', 'list']);
    expect(code).toBe(0);
    for (const told of [id, 'INVALID_MESSAGE', 'must be 1 or more']) expect(stdout).toContain(told);
    expect(await place.json(['rejected', 'list', '--json'])).toMatchObject([
      { id, count: 2, replayedAt: null },
    ]);
    expect(stdout).not.toContain('acme');
  });

  test('are replayed as they came once what refused them is mended; a second time is a repeat', async () => {
    const { place, query, reject } = await openRejectedSite();
    const id = await reject('UNKNOWN_JOB_NAME', 'The queue takes other jobs.', orderData());
    const first = await place.run(['rejected', 'replay', id, '--by', 'maria']);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Accepted as \S+; a worker will decide it/),
    });
    const second = await place.run(['rejected', 'replay', id]);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('It was accepted before, as ') });
    expect(await query("select number, events->0->>'by' as by from message")).toEqual([
      { number: 'PO-1', by: 'replayed by operator maria' },
    ]);
    expect((await place.run(['rejected', 'list'])).stderr).toContain('Every message could be accepted.');
  });

  test('are refused again as they came while nothing is mended, and accepted with corrected content', async () => {
    const { place, query, reject } = await openRejectedSite();
    const id = await reject('INVALID_MESSAGE', 'seats', { ...orderData(), seats: -1 });
    const refused = await place.run(['rejected', 'replay', id]);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toMatch(/It still cannot be accepted. \(INVALID_MESSAGE\)\n {2}seats /);
    expect(await query('select from message')).toEqual([]);
    await writeFile(join(place.folder, 'corrected.json'), JSON.stringify(orderData({ seats: 25 })));
    const corrected = ['rejected', 'replay', id, '--content', 'corrected.json'];
    expect((await place.run(corrected)).stdout).toMatch(/^Accepted as /);
    expect((await place.run(corrected)).stdout).toMatch(/^It was accepted before, as /);
    expect(await query("select content->>'seats' as seats from message")).toEqual([{ seats: '25' }]);
  });

  test('are accepted while the queue server is away: the command says who finds them, and ends with 0', async () => {
    const { place, query, reject } = await openRejectedSite();
    const id = await reject('UNKNOWN_JOB_NAME', 'The queue takes other jobs.', orderData());
    const away = { REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    const { code, stdout } = await place.run(['rejected', 'replay', id], away);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Accepted as \S+; the queue server is away, and a worker will find it/),
    });
    expect(await query('select status from message')).toEqual([{ status: 'accepted' }]);
  });

  test('that do not exist are a failure with a sentence; what is no id is wrong usage', async () => {
    const { place } = await openRejectedSite();
    const none = await place.run(['rejected', 'replay', '00000000-0000-7000-8000-000000000000']);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no rejected message') });
    expect((await place.run(['rejected', 'replay', 'PO-1'])).code).toBe(2);
    expect(z.array(z.unknown()).parse(await place.json(['rejected', 'list', '--json']))).toEqual([]);
  });
});
