import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { boardPath, operatorBrowser, type OperatorBrowser } from '#test/web/operators/operator-browser.ts';

const code = 'OS-2345-67892-34567-89234-56789-2345A';
const key = 'SP-7K2M-9XQ4-TWHC-3MZC';

let t: TestApp;
let browser: OperatorBrowser;

beforeAll(async () => {
  t = await openTestApp();
  browser = await operatorBrowser(t);
});
afterAll(() => t.close());

/** Nested so deep, as JSON. */
function nested(levels: number, within: string): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels)}${within}${'}'.repeat(levels)}`);
}

async function listed(status = 'waiting'): Promise<readonly { id: string; data: unknown; name: string }[]> {
  const address = `/api/queues?activeQueue=registrations&status=${status}&page=1&jobsPerPage=50`;
  const answer = await browser.look(boardPath + address);
  expect(answer.statusCode).toBe(200);
  const { queues } = answer.json();
  return queues.find(({ name }: { name: string }) => name === 'registrations').jobs;
}

describe('jobs of anybody’s making', () => {
  test('that are nested thousands deep hide no other job, and say that they are', async () => {
    const queue = t.queues.all.registrations;
    await queue.add('deep', nested(3000, `"${key}"`), { jobId: 'deep' });
    // Options are a stranger's, too.
    await queue.add('deep-options', {}, { jobId: 'deep-options', ...Object(nested(3000, '1')) });
    await queue.add('plain', { registrationKey: key }, { jobId: 'plain' });
    const jobs = await listed();
    expect(jobs.map(({ id }) => id).sort()).toEqual(['deep', 'deep-options', 'plain']);
    expect(JSON.stringify(jobs)).toContain('nested too deep');
    expect(JSON.stringify(jobs)).not.toContain(key);
    for (const id of ['deep', 'deep-options', 'plain'])
      expect((await browser.look(`${boardPath}/api/queues/registrations/${id}`)).statusCode).toBe(200);
    await queue.obliterate({ force: true });
  });

  test('with a code in their id are masked, and found by what is shown', async () => {
    const queue = t.queues.all.registrations;
    const ids = [code, `order ${key}`, key.replaceAll('-', ' '), 'a\u001b[31mb\nforged', 'häufig'];
    for (const jobId of ids) await queue.add('registration.v1', { of: jobId.length }, { jobId });
    const jobs = await listed();
    expect(jobs).toHaveLength(ids.length);
    const all = JSON.stringify(jobs).replaceAll(/[\s-]|\\n/g, '');
    for (const secret of [code, key]) expect(all).not.toContain(secret.replaceAll('-', ''));
    expect(jobs.some(({ id }) => id.startsWith('OS-...-345A~'))).toBe(true);
    for (const { id, data } of jobs) {
      // eslint-disable-next-line no-control-regex -- that there are none is what is tested
      expect(id).not.toMatch(/[\u0000-\u001f]/);
      const address = `${boardPath}/api/queues/registrations/${encodeURIComponent(id)}`;
      const one = await browser.look(address);
      expect(one.json()).toMatchObject({ job: { id, data }, status: 'waiting' });
      expect((await browser.look(`${address}/logs`)).statusCode).toBe(200);
    }
    await queue.obliterate({ force: true });
  });

  test('with a key written with blanks show it nowhere', async () => {
    const queue = t.queues.all.registrations;
    const spaced = key.replaceAll('-', ' ');
    const data = { note: `please register ${spaced}`, [`of ${spaced.toLowerCase()}`]: 1, list: [[spaced]] };
    await queue.add(`for ${spaced}`, data, { jobId: 'blanks' });
    const shown = JSON.stringify(await listed());
    expect(shown.toUpperCase()).not.toContain('7K2M 9XQ4');
    expect(shown).toContain('please register SP-…-3MZC');
    await queue.obliterate({ force: true });
  });
});

describe('what has not ended', () => {
  test.each(['wait', 'waiting', 'delayed', 'paused', 'active', 'prioritized', 'latest'])(
    'is not removed all at once: %s',
    async (status) => {
      const queue = t.queues.all.registrations;
      await queue.addBulk(
        Array.from({ length: 20 }, (_, i) => ({
          name: 'registration.v1',
          data: {},
          opts: { timestamp: 1, ...(i % 2 === 0 && { delay: 3_600_000 }) },
        })),
      );
      const before = await queue.getJobCounts();
      const answer = await browser.change(`${boardPath}/api/queues/registrations/clean/${status}`);
      expect(answer.statusCode).toBe(403);
      expect(await queue.getJobCounts()).toEqual(before);
      const [job] = await queue.getJobs(['waiting', 'delayed']);
      const one = await browser.change(`${boardPath}/api/queues/registrations/${String(job?.id)}/clean`);
      expect(one.statusCode).toBe(403);
      await queue.obliterate({ force: true });
    },
  );

  test.each(['completed', 'failed'])('but what is %s is', async (status) => {
    expect((await browser.change(`${boardPath}/api/queues/registrations/clean/${status}`)).statusCode).toBe(
      200,
    );
  });
});
