import { expect, onTestFinished, test } from 'vitest';
import { openPlace } from '#test/commands/run-chancery.ts';
import { fulfilled, get, order, post } from '#test/http/requests.ts';
import { openTestApp } from '#test/http/test-app.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

test(
  'merge requests, registrations and change requests are shown like orders',
  { timeout: commandsMs },
  async () => {
    const t = await openTestApp();
    onTestFinished(() => t.close());
    const place = await openPlace({ DATABASE_URL: t.databaseUrl });
    onTestFinished(() => place.remove());
    const key = await t.reseller('northwind');
    const id = await fulfilled(t, key, order());
    const { registrationKey } = (await get(t, key, `/v1/upgrade-orders/${id}`)).json();
    const newAccount = {
      id: 'nordlys',
      company: 'Nordlys AS',
      email: 'it@nordlys.example',
      country: 'NO',
      region: 'emea',
    };
    const registration = (
      await post(t, key, '/v1/registrations', {
        registrationKey,
        newAccount,
        acceptedAgreementAt: '2026-11-21T10:00:00Z',
      })
    ).json<{ id: string }>();
    const merge = (
      await post(t, key, '/v1/merge-requests', {
        requestNumber: 'MR-1',
        requestedAt: '2026-11-21T10:00:00Z',
        kind: 'service',
        product: 'WFBS-SVC',
        into: 'nordlys',
        from: 'nobody',
      })
    ).json<{ id: string }>();
    const change = (
      await post(t, key, '/v1/change-requests', {
        requestNumber: 'CR-1',
        requestedAt: '2026-11-21T10:00:00Z',
        kind: 'undo-merge',
        mergeRequest: 'MR-0',
      })
    ).json<{ id: string }>();
    await t.fulfil(registration.id, merge.id, change.id);
    expect(await place.json(['registration', 'show', registration.id, '--json'])).toMatchObject({
      id: registration.id,
      status: 'fulfilled',
      events: [{ event: 'accepted' }, { event: 'fulfilled' }],
    });
    expect(await place.json(['merge', 'show', 'MR-1', '--json'])).toMatchObject({
      id: merge.id,
      status: 'rejected',
    });
    expect(await place.json(['merge', 'show', merge.id, '--json'])).toMatchObject({ requestNumber: 'MR-1' });
    expect(await place.json(['change', 'show', 'CR-1', '--json'])).toMatchObject({
      id: change.id,
      status: 'rejected',
      reason: { code: 'UNKNOWN_MERGE' },
    });
    const shown = await place.run(['merge', 'show', 'MR-1', '--reseller', 'northwind']);
    expect(shown.stdout).toContain('Merge request MR-1 of northwind');
    expect((await place.run(['merge', 'show', 'MR-2'])).code).toBe(1);
    expect((await place.run(['registration', 'show', 'x'])).code).toBe(2);
  },
);
