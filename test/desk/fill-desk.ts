import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/** What a filled ledger holds that is looked for by name. */
export interface FilledDesk {
  readonly orders: number;
  /** An account with an order, a key and three licenses, and one with thousands of messages and 300 licenses. */
  readonly account: string;
  readonly busyAccount: string;
  readonly company: string;
  readonly reseller: string;
  readonly orderNumber: string;
  readonly certificateNumber: string;
  readonly activationCode: string;
  readonly registrationKey: string;
  /** Ids of messages by what became of them, of an open hold, and of a refused message that waits. */
  readonly fulfilled: string;
  readonly held: string;
  readonly rejected: string;
  readonly merge: string;
  readonly change: string;
  readonly hold: string;
  readonly refused: string;
  /** Of webhooks, that was told everything. */
  readonly endpoint: string;
  readonly delivery: string;
}

/**
 * Fills a migrated, empty ledger by SQL alone, as a running business would have: so many orders with their keys, licenses, grants,
 * certificates, mails and events, and beside them registrations, merges, changes, holds, refused messages, audit. Whoever asks may set
 * aside constraints between tables (a superuser).
 * @param facts of a real certificate: each order's is a copy of it
 */
export async function fillDesk(url: string, orders: number, facts: object): Promise<FilledDesk> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // What the tables say of each other is true by itself; looking it up a million times takes an hour.
    await client.query(
      `set session_replication_role = replica; set work_mem = '256MB'; set synchronous_commit = off`,
    );
    await client.query(readFileSync(new URL('fill-desk-helpers.sql', import.meta.url), 'utf8'));
    const sql = readFileSync(new URL('fill-desk.sql', import.meta.url), 'utf8')
      .replaceAll(':orders', String(orders))
      .replaceAll(':facts', `$facts$${JSON.stringify(facts)}$facts$`);
    await client.query(sql);
    await client.query('vacuum analyze');
    const { rows } = await client.query<FilledDesk>(named, []);
    const [found] = rows;
    if (!found) throw new Error('The filled ledger lacks what is looked for in it.');
    return { ...found, orders };
  } finally {
    await client.end();
  }
}

const named = `select license.account, 'busy' as "busyAccount", account.company, message.reseller, message.number as "orderNumber",
    message.certificate_number as "certificateNumber", license.activation_code as "activationCode", key.code as "registrationKey",
    message.id as fulfilled,
    (select id from message where kind = 'upgrade-order' and status = 'held' limit 1) as held,
    (select id from message where status = 'rejected' limit 1) as rejected,
    (select id from message where kind = 'merge-request' limit 1) as merge,
    (select endpoint from delivery limit 1) as endpoint, (select id from delivery limit 1) as delivery,
    (select id from message where kind = 'change-request' limit 1) as change,
    (select id from hold where decision is null limit 1) as hold,
    (select id from rejected_message where replayed_at is null limit 1) as refused
  from message join license on license.account = message.account join account on account.id = message.account
  join registration_key as key on key.account = message.account
  where message.kind = 'upgrade-order' and message.status = 'fulfilled' and message.account <> 'busy' limit 1`;
