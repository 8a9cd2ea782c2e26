import { describe, expect, test } from 'vitest';
import type { Catalog } from '#src/domain/catalog.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { onPremisesMerge, order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

interface Fleet {
  readonly ledger: Ledger;
  /** A worker with the shipped catalog, which was there first. */
  readonly old: Fulfillment;
  /** Loads the catalog with a suite and a product more. */
  readonly release: () => Promise<Fulfillment>;
}

async function fleet(): Promise<Fleet> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }, { id: 'branch' }]);
  const newer = await loadCatalog(new URL('../files/cases/catalog-new-suite.json', import.meta.url).pathname);
  const vault = {
    pid: '200101EN01',
    name: 'Vault',
    acPrefix: 'VA',
    delivery: 'on-premises',
    mergeable: true,
  } as const;
  const service = {
    ...vault,
    pid: '200102EN01',
    name: 'Vault-SVC',
    acPrefix: 'VS',
    delivery: 'service',
  } as const;
  const catalog: Catalog = { ...newer, products: [...newer.products, vault, service] };
  return { ledger, old: ledger.fulfillment, release: () => openFulfillment(ledger.database, catalog) };
}

const early = order({ suite: 'SPM' });
const left = { outcome: 'decided', status: 'accepted', code: 'CATALOG_TOO_OLD' };

describe('an order of a suite that only a newer catalog has', () => {
  test('stays open for a worker that knows it, and is never rejected for being early', async () => {
    const { ledger, old, release } = await fleet();
    const young = await release();
    const [ending] = await decideAll(old, early);
    expect(ending).toMatchObject(left);
    const id = existing(ending && 'id' in ending ? ending.id : undefined);
    expect(await decideBatch(old, [{ recorded: id }])).toMatchObject([left]);
    expect(await decideAll(old, early)).toMatchObject([left]);
    expect(await outcomeById(old, id)).toMatchObject({ status: 'accepted' });
    expect(await decideBatch(young, [{ recorded: id }])).toMatchObject([{ status: 'fulfilled' }]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('is rejected while no process has loaded such a catalog, and by one that was loaded before', async () => {
    const { old, release } = await fleet();
    expect(await outcomeAfter(old, early)).toMatchObject({
      status: 'rejected',
      reason: { code: 'UNKNOWN_SUITE' },
    });
    await release();
    const { database } = old;
    const youngest = await openFulfillment(database, await withoutSuites(await loadCatalog(shippedCatalog)));
    expect(await outcomeAfter(youngest, order({ suite: 'SPM', orderNumber: 'PO-2' }))).toMatchObject({
      status: 'rejected',
    });
    // Starting an old one again does not make it the newest.
    const again = await openFulfillment(database, await loadCatalog(shippedCatalog));
    expect(await decideAll(again, order({ suite: 'SPM', orderNumber: 'PO-3' }))).toMatchObject([left]);
    expect(
      await outcomeAfter(
        again,
        order({ suite: 'NONE', orderNumber: 'PO-4', customer: { account: 'branch' } }),
      ),
    ).toMatchObject({
      status: 'rejected',
    });
  });

  test('lets later orders of its account wait behind it, and nobody else', async () => {
    const { ledger, old, release } = await fleet();
    const young = await release();
    const later = order({ orderNumber: 'PO-2', seats: 60 });
    const others = order({ orderNumber: 'PO-3', customer: { account: 'branch' } });
    const nobodys = order({ orderNumber: 'PO-4', customer: { account: undefined } });
    expect(
      await decideAll(old, early, later, others, nobodys, later, order({ suite: 'SPM', seats: 7 })),
    ).toMatchObject([
      left,
      left,
      { status: 'fulfilled' },
      { status: 'fulfilled' },
      left,
      { outcome: 'conflict' },
    ]);
    expect(await decideAll(old, order({ orderNumber: 'PO-5' }))).toMatchObject([left]);
    // The worker that knows it takes the older ones along, in their order.
    expect(await decideAll(young, order({ orderNumber: 'PO-5' }))).toMatchObject([{ status: 'fulfilled' }]);
    expect(
      await ledger.query(
        "select number from message where account = 'acme' and status = 'fulfilled' order by decided_number",
      ),
    ).toEqual(['PO-1', 'PO-2', 'PO-5'].map((number) => ({ number })));
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('by the thousand keeps no worker busy for ever', async () => {
    const { ledger, old, release } = await fleet();
    await release();
    await ledger.query(
      `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, events)
       select gen_random_uuid(), kind, reseller, 'MANY-' || i, sha256(i::text::bytea), jsonb_set(content, '{orderNumber}', to_jsonb('MANY-' || i)), account, now(), 'accepted', events
       from message cross join generate_series(1, 1100) as i where number = $1`,
      [existing((await outcomeById(old, existing(await recorded(old, early)))).orderNumber)],
    );
    expect(await decideAll(old, order({ orderNumber: 'PO-2' }))).toMatchObject([left]);
  });
});

test('a merge of a product that only a newer catalog has stays open likewise', async () => {
  const { ledger, old, release } = await fleet();
  const codes = [activationCode('VA', 1), activationCode('VA', 2)] as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'vault' }],
    codes.map((code, i) => ({
      account: 'vault',
      activationCode: code,
      pid: '200101EN01',
      type: i === 0 ? 'retail' : 'oem',
    })),
  );
  const merges = [
    serviceMerge('acme', 'branch', { product: 'Vault-SVC' }),
    onPremisesMerge('vault', codes[0], { requestNumber: 'MR-2' }),
  ] as const;
  const young = await release();
  expect(await decideAll(old, ...merges)).toMatchObject([left, left]);
  expect(await outcomeAfter(young, merges[1])).toMatchObject({ status: 'fulfilled' });
  expect(await outcomeAfter(young, merges[0])).toMatchObject({ reason: { code: 'MERGE_NO_LICENSE' } });
});

async function recorded(fulfillment: Fulfillment, message: typeof early): Promise<string | undefined> {
  const [ending] = await decideAll(fulfillment, message);
  return ending && 'id' in ending ? ending.id : undefined;
}

async function withoutSuites(catalog: Catalog): Promise<Catalog> {
  return { ...catalog, suites: catalog.suites.slice(0, 1) };
}
