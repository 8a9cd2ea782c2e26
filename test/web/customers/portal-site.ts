import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { listenHttp } from '#src/process/http-api.ts';
import { openSystem, type System } from '#src/process/system.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { openMailCatcher, type AtEnd, type MailCatcher } from '#test/mail/mail-catcher.ts';
import { startWorkers } from '#workers/worker-process.ts';

/** The product as it runs, on a database of its own, with a real mail server. */
export interface PortalSite {
  readonly url: string;
  readonly system: System;
  readonly mail: MailCatcher;
  /** API key of the reseller `northwind`. */
  readonly apiKey: string;
  readonly logged: readonly string[];
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /** Places an order as the reseller, and waits until its certificate was mailed. @returns the Registration Key */
  order(changes?: object): Promise<string>;
  /** Sends a change request as the reseller, and waits until it is fulfilled. */
  change(request: object): Promise<void>;
}

/** @param atEnd takes what closes it, to be called in turn, the last first; by default when the test has finished */
export async function openPortalSite(
  settings: Readonly<Record<string, string>> = {},
  atEnd: AtEnd = onTestFinished,
): Promise<PortalSite> {
  const { url: databaseUrl, drop } = await freshDatabase();
  atEnd(drop);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-portal-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const mail = await openMailCatcher({}, atEnd);
  const configuration = readConfiguration({
    DATABASE_URL: databaseUrl,
    DATA_DIRECTORY: folder,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Chancery <no-reply@licenses.example>',
    HTTP_PORT: '0',
    RECONCILE_INTERVAL_SECONDS: '2',
    WORKER_CONCURRENCY: '20',
    ...settings,
  });
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const system = await openSystem({
    configuration,
    databaseUrl,
    log,
    poolSize: 8,
    applicationName: 'portal test',
  });
  atEnd(() => system.close());
  const workers = startWorkers({ ...system, sizes: configuration });
  atEnd(async () => void (await workers.close(5000)));
  const http = await listenHttp(system, () => false);
  atEnd(() => http.close());
  const apiKey = await inTransaction(system.database, (tx) => addReseller(tx, 'northwind', 'retail'));
  const query: PortalSite['query'] = (sql, parameters) =>
    statement(reading(system.database), sql, parameters);
  let orders = 0;
  let changes = 0;
  return {
    url: http.url,
    system,
    mail,
    apiKey,
    logged,
    query,
    async order(fields = {}) {
      orders += 1;
      const body = {
        orderNumber: `PO-${orders}`,
        placedAt: new Date().toISOString(),
        suite: 'SPE',
        seats: 250,
        term: 'P1Y',
        customer: { company: 'Nordlys AS', email: 'innkjop@nordlys.example', country: 'NO' },
        ...fields,
      };
      const response = await fetch(`${http.url}/v1/upgrade-orders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (response.status !== 202)
        throw new Error(`The order was answered ${response.status}: ${await response.text()}`);
      const sent = await mail.mailsTo(body.customer.email, 1);
      const key = /\b[A-Z]{2}(?:-[2-9A-Z]{4}){4}\b/.exec(sent.at(-1)?.parsed.text ?? '')?.[0];
      if (key === undefined) throw new Error('The mail of the certificate names no Registration Key.');
      return key;
    },
    async change(request) {
      changes += 1;
      await changed(http.url, apiKey, changes, request);
    },
  };
}

/** A change request of the reseller's, decided. */
async function changed(url: string, apiKey: string, number: number, request: object): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const body = { requestNumber: `CR-${number}`, requestedAt: new Date().toISOString(), ...request };
  const sent = await fetch(`${url}/v1/change-requests`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const until = performance.now() + 60_000;
  for (;;) {
    const seen = await fetch(`${url}${sent.headers.get('location') ?? '/v1/change-requests'}`, { headers });
    const text = await seen.text();
    if (text.includes('"status":"fulfilled"')) return;
    if (sent.status !== 202 || performance.now() > until || text.includes('"status":"rejected"'))
      throw new Error(`The change request was answered ${sent.status} ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** The six digits that were mailed to the address last, when so many sign-in mails have come. */
export async function codeMailedTo({ mail }: PortalSite, address: string, nth = 1): Promise<string> {
  const until = performance.now() + 60_000;
  for (;;) {
    const codes = mail.mails
      .filter(({ to }) => to.includes(address))
      .flatMap(({ parsed }) => /^ {4}(\d{6})$/m.exec(parsed.text ?? '')?.[1] ?? []);
    const code = codes[nth - 1];
    if (code !== undefined) return code;
    if (performance.now() > until) throw new Error(`No code was mailed to ${address}.`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Signs in by the code that is mailed to a member. */
export async function signInAs(site: PortalSite, page: Page, address: string): Promise<void> {
  await page.goto(`${site.url}/portal`);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, address));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
