import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { operatorKey } from '#test/http/requests.ts';
import { listening, openTestApp } from '#test/http/test-app.ts';

const executablePath = '/usr/bin/chromium';
const hasChromium = existsSync(executablePath);

test.skipIf(!hasChromium)(
  `the board offers a person what the server allows, and nothing else${hasChromium ? '' : ' (skipped: no chromium)'}`,
  { timeout: 120_000 },
  async () => {
    const t = await openTestApp();
    onTestFinished(() => t.close());
    const url = await listening(t);
    const queue = t.queues.all.registrations;
    await queue.add('registration.v1', { a: 1 }, { delay: 3_600_000, jobId: 'later' });
    await queue.add('registration.v1', { a: 1 }, { jobId: 'now' });
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const browser = await chromium.launch({ executablePath, args });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${url}/ops/login`);
    await page.getByLabel('Operator key').fill(operatorKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${url}/ops`);
    await page.goto(`${url}/ops/queues/queue/registrations?status=delayed`);
    await page.getByText('later', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Promote all' }).waitFor();
    expect(await page.getByRole('button', { name: 'Clean all' }).count()).toBe(0);
    // Of the delayed job: let it go now.
    expect(await page.locator('[class*=jobActions] button').count()).toBe(1);
    await page.locator('[class*=trigger-GNtOnV]').click();
    await page.getByRole('menuitem').first().waitFor();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Pause']);
    await page.goto(`${url}/ops/queues/queue/registrations?status=waiting`);
    await page.getByText('now', { exact: true }).waitFor();
    expect(await page.locator('[class*=jobActions] button').count()).toBe(0);
    expect(errors).toEqual([]);
  },
);
