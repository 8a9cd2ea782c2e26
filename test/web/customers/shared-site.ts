import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { AtEnd } from '#test/mail/mail-catcher.ts';
import { openBrowser } from '#test/web/browser.ts';
import { openPortalSite, type PortalSite } from '#test/web/customers/portal-site.ts';

export interface SharedSite {
  readonly site: PortalSite;
  readonly browser: Browser;
  /** Takes what ends with the file. */
  readonly atEnd: AtEnd;
}

/** One portal and one browser for all tests of a file, for those that walk through pages one after the other. */
export function shareSite(): () => SharedSite {
  let shared: SharedSite | undefined;
  const ends: (() => Promise<void>)[] = [];
  const atEnd: AtEnd = (end) => void ends.unshift(end);
  beforeAll(async () => {
    const site = await openPortalSite({}, atEnd);
    const browser = await openBrowser();
    atEnd(() => browser.close());
    shared = { site, browser, atEnd };
  }, 120_000);
  afterAll(async () => {
    for (const end of ends) await end();
  }, 120_000);
  return () => {
    if (!shared) throw new Error('The portal is not open yet.');
    return shared;
  };
}
