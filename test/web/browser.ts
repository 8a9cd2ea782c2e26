import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { describe, onTestFinished } from 'vitest';
import type { AtEnd } from '#test/mail/mail-catcher.ts';

/** A Chromium of this machine. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** The tests of a browser, or one that says why there are none. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executablePath === undefined) describe.skip(`${name} (skipped: no chromium on this machine)`, tests);
  else describe(name, tests);
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export interface BrowserOptions {
  readonly width: number;
  readonly locale: string;
}

/** A browser of its own, without scripts. Closed when the test has finished, unless `atEnd` says when. */
export async function visitor(
  browser: Browser,
  { width, locale }: BrowserOptions,
  atEnd: AtEnd = onTestFinished,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    locale,
    javaScriptEnabled: false,
  });
  atEnd(() => context.close());
  const page = await context.newPage();
  return { context, page };
}
