import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { kinds } from '#jobs/kinds.ts';
import { importFeed } from '#src/files/feed-import.ts';
import { importHoldings } from '#src/files/holdings-import.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';

describeOnBothBackends('the example files', (redisUrl) => {
  test('come out as their README says, and a second run changes nothing', async () => {
    const site = await openDeliverySite(redisUrl);
    await inTransaction(site.database, (tx) => addReseller(tx, 'example', 'reseller'));
    const folder = await mkdtemp(join(tmpdir(), 'chancery-examples-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const file of ['holdings.csv', 'orders.csv'])
      await copyFile(join('examples', file), join(folder, file));
    await importHoldings({
      database: site.database,
      catalog: site.fulfillment.catalog,
      file: join(folder, 'holdings.csv'),
    });
    await site.startWorkers();
    const feed = () =>
      importFeed({
        fulfillment: site.fulfillment,
        file: join(folder, 'orders.csv'),
        reseller: 'example',
        async enqueue(kind, ids) {
          for (const recorded of ids) await site.queues[kind].add(kinds[kind].jobName, { recorded });
        },
      });
    const state = () =>
      site.query(
        `select message.number, message.status, message.reason->>'code' as code, message.notes, message.decided_number, facts
         from message left join certificate on certificate.message = message.id order by message.accepted_number`,
      );

    expect(await feed()).toMatchObject({ accepted: 7, repeats: 1, conflicts: 1, invalid: 1, exitCode: 3 });
    await allEnded(site);
    const decided = await site.query<{
      readonly number: string;
      readonly status: string;
      readonly code: string | null;
    }>(`select number, status, reason->>'code' as code from message order by accepted_number`);
    expect(decided.map(({ number, status, code }) => [number, status, code])).toEqual([
      ['PO-2026-0001', 'fulfilled', null],
      ['PO-2026-0002', 'fulfilled', null],
      ['PO-2026-0003', 'held', 'AMBIGUOUS_PRODUCT_FAMILY'],
      ['PO-2026-0004', 'fulfilled', null],
      ['PO-2026-0005', 'fulfilled', null],
      ['PO-2026-0006', 'held', 'SEATS_BELOW_HOLDING'],
      ['PO-2026-0007', 'rejected', 'UNKNOWN_SUITE'],
    ]);
    const licenses = await site.query(
      `select account, left(activation_code, 7) as code, edition, status, seats, valid_through::text as until from license
       where account in ('acme', 'hikari', 'lumiere') order by account, activation_code`,
    );
    expect(licenses.map((license) => Object.values(license))).toEqual([
      ['acme', 'DD-7H4Q', 'full', 'active', 2, '2027-12-31'],
      ['acme', 'OS-9K2M', 'full', 'active', 250, '2027-11-30'],
      ['acme', 'SX-3F8P', 'full', 'active', 250, '2027-11-30'],
      ['hikari', 'IA-8MZ3', 'full', 'active', 120, '2030-01-31'],
      ['hikari', 'OS-5XQ7', 'full', 'active', 120, '2029-11-30'],
      ['lumiere', 'OS-2WTK', 'full', 'active', 100, '2027-12-31'],
      ['lumiere', 'OS-6CHZ', 'full', 'active', 25, '2027-08-31'],
    ]);
    const [laterDate] = await site.query<{ readonly notes: readonly { readonly code: string }[] }>(
      `select line->'notes' as notes from certificate, jsonb_array_elements(facts->'lines') as line
       where facts->>'orderNumber' = 'PO-2026-0002' and line->>'component' = $1`,
      ['InterScan Web Security as a Service'],
    );
    expect(laterDate?.notes.map(({ code }) => code)).toEqual(['KEPT_LATER_DATE']);
    const results: readonly Record<string, string>[] = parse(
      await readFile(join(folder, 'orders.result.csv')),
      { columns: true },
    );
    expect(results.map(({ result }) => result)).toEqual([
      ...Array<string>(7).fill('accepted'),
      'invalid',
      'repeat',
      'conflict',
    ]);
    expect(results[7]?.['message']).toMatch(/customer\.email .*; seats .*; term /);

    const before = await state();
    expect(await feed()).toMatchObject({ accepted: 0, repeats: 8, conflicts: 1, invalid: 1 });
    await allEnded(site);
    expect(await state()).toEqual(before);
  });
});
