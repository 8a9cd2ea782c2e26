import { Client } from 'pg';
import { messageOf } from '#jobs/message.ts';
import { upgradeOrderV1 } from '#jobs/upgrade-order.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { openSealing } from '#src/fulfillment/webhook-sealing.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, openDatabase } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import {
  accountName,
  heldThrough,
  orderData,
  owned,
  reseller,
  templateMessages,
  type BaseSize,
} from '#test/bench/messages-mix.ts';
import { writeTemplates, type Templates } from '#test/bench/templates.ts';

export interface Base {
  readonly database: string;
  readonly size: BaseSize;
  /** Of the reseller of all messages. */
  readonly apiKey: string;
  /** Registration Keys, by the number of the registration. */
  readonly registrationKeys: readonly string[];
  readonly templates: Templates;
}

/** Makes the database that every measurement begins with a clone of: customers with what they own, and Registration Keys to register. */
export async function makeBase(servers: BenchServers, size: BaseSize): Promise<Base> {
  const database = 'bench_base';
  const url = servers.url(database);
  await servers.clone('template1', database);
  await migrateAll(url, { redisUrl: undefined });
  const opened = openDatabase(url, { idleInTransactionMs: 0 });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const apiKey = await inTransaction(opened, (tx) => addReseller(tx, reseller, 'reseller'));
    // A worker’s first start makes these.
    await openSigningKey(opened, undefined);
    await openSealing(opened);
    const fulfillment = await openFulfillment(opened, await loadCatalog(shippedCatalog));
    const { orders, registrations, merges } = size;
    await client.query(functions);
    await fill(client, 'o', orders + templateMessages, owned);
    await fill(client, 'r', registrations + templateMessages, []);
    await fill(client, 's', merges + templateMessages, [{ pid: '100502EN01', prefix: 'WS', type: 'retail' }]);
    await fill(client, 't', merges + templateMessages, [{ pid: '100502EN01', prefix: 'WS', type: 'oem' }]);
    await client.query('vacuum analyze');
    const registrationKeys = await orderKeys(fulfillment, client, registrations + templateMessages);
    await client.query('vacuum analyze');
    const templates = await writeTemplates(client, fulfillment, size, registrationKeys);
    await client.query('vacuum analyze');
    return { database, size, apiKey, registrationKeys, templates };
  } finally {
    await client.end();
    await opened.close();
  }
}

interface Held {
  readonly pid: string;
  readonly prefix: string;
  readonly type?: string;
}

/** Customers as a holdings import writes them. */
export async function fill(
  client: Client,
  letter: string,
  count: number,
  held: readonly Held[],
): Promise<void> {
  await client.query(
    `insert into account (id, company, contact, email, country, region, reseller)
     select id, 'Company ' || id || ' GmbH', 'IT Purchasing', 'it@' || id || '.example', 'DE', 'emea', $3
     from generate_series(0, $2::integer - 1) as number, lateral (select $1 || lpad(number::text, 8, '0') as id)`,
    [letter, count, reseller],
  );
  for (const [at, { pid, prefix, type = 'reseller' }] of held.entries()) {
    await client.query(
      `with held as (
         insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
         select bench.held($1, number, $2), bench.activation_code($3, $1 || number), $1 || lpad(number::text, 8, '0'), $4, $5, 'full',
           'active', 100, $6, 1
         from generate_series(0, $7::integer - 1) as number returning id, activation_code, valid_through
       ), imported as (
         insert into imported_holding (activation_code, fingerprint, grants)
         select activation_code, sha256(activation_code::bytea), 1 from held
       )
       insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
       select id, 1, 'import', '00000000-0000-7000-8000-000000000001', 100, valid_through, now() from held`,
      [letter, at + 1, prefix, pid, type, heldThrough, count],
    );
  }
}

/** The keys are ordered as any other; their ids are then made such that the SQL of the limits can tell them by number. */
async function orderKeys(
  fulfillment: Fulfillment,
  client: Client,
  count: number,
): Promise<readonly string[]> {
  for (let from = 0; from < count; from += 500) {
    const items = Array.from({ length: Math.min(500, count - from) }, (_, i) => {
      const data = orderData(from + i + 50_000_000, accountName('r', from + i));
      return { message: messageOf('upgrade-order', upgradeOrderV1.parse(data)) };
    });
    await decideBatch(fulfillment, items);
  }
  // Nothing refers to them yet, and looking for that row by row takes minutes: no index serves it, as the product changes no id.
  await client.query('set session_replication_role = replica');
  const { rows } = await client.query<{ readonly code: string }>(
    `update registration_key set id = bench.held('r', substr(account, 2)::integer, 0) where account like 'r%' returning code`,
  );
  await client.query('reset session_replication_role');
  if (rows.length !== count)
    throw new Error(`${rows.length} of ${count} Registration Keys could be ordered.`);
  const sorted = await client.query<{ readonly code: string }>(
    `select code from registration_key where account like 'r%' order by account`,
  );
  return sorted.rows.map(({ code }) => code);
}

/** `held`: the id of the license (1, 2) or Registration Key (0) that the account of a letter and number has from the beginning. */
const functions = `
  create schema bench;
  create table bench.tick (at timestamptz not null);
  create function bench.held(letter text, number bigint, which integer) returns uuid language sql immutable return
    ('0190' || lpad(to_hex(number), 8, '0') || '7' || which || '008' || lpad(to_hex(ascii(letter)), 3, '0') || '000000000000')::uuid;
  create function bench.symbols(seed text) returns text language sql immutable return translate(upper(md5(seed)), '01', 'YZ');
  create function bench.activation_code(prefix text, seed text) returns text language sql immutable return (
    select prefix || '-' || substr(s, 1, 4) || '-' || substr(s, 5, 5) || '-' || substr(s, 10, 5) || '-' || substr(s, 15, 5) || '-' ||
      substr(s, 20, 5) || '-' || substr(s, 25, 5) from bench.symbols(prefix || seed) as s);
  create function bench.registration_key(prefix text, seed text) returns text language sql immutable return (
    select prefix || '-' || substr(s, 1, 4) || '-' || substr(s, 5, 4) || '-' || substr(s, 9, 4) || '-' || substr(s, 13, 4)
    from bench.symbols(prefix || seed) as s);`;
