import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { migrate } from '#src/persistence/migrate.ts';
import { openOrm } from '#src/persistence/orm.ts';
import { machine } from '#test/bench/machine.ts';
import { percentile } from '#test/bench/median.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';

const usage = `npm run bench:migrations -- [--orders 1000000]
  Brings a filled database of the first schema up to date while two connections write to it, and says how long they had to wait.
`;

/** Four orders, a key and four licenses with four grants each for every account, as the first schema held them. */
const filling = [
  `insert into reseller (name, license_type) select 'r' || i, 'reseller' from generate_series(0, 99) as i`,
  `insert into suite_snapshot values (gen_random_uuid(), 'SPC', 'Suite', '[]', decode(repeat('00', 32), 'hex'))`,
  `insert into account (id, company, email, country, region, reseller)
   select 'a' || a, 'Company ' || a, 'a' || a || '@x.example', 'DE', 'EMEA', 'r' || a % 100 from generate_series(1, $1::integer) as a`,
  `insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number, decided_at,
     certificate_number, certificate_version, events)
   select gen_random_uuid(), 'upgrade-order', 'r' || a % 100, 'PO-' || a || '-' || n, decode(repeat(md5(a || '-' || n), 2), 'hex'),
     jsonb_build_object('orderNumber', 'PO-' || a || '-' || n, 'suite', 'SPC', 'seats', 250, 'term', 'P1Y', 'keep', '[]'::jsonb,
       'customer', jsonb_build_object('account', 'a' || a, 'company', 'Company ' || a, 'email', 'a' || a || '@x.example', 'country', 'DE')),
     'a' || a, now(), 'fulfilled', a * 4 + n, now(), 'LC-2026-' || lpad(a::text, 7, '0'), n,
     '[{"at": "2026-01-01T00:00:00Z", "by": "reseller r", "event": "accepted"}, {"at": "2026-01-01T00:00:00Z", "event": "fulfilled"}]'
   from generate_series(1, $1::integer) as a, generate_series(1, 4) as n`,
  `insert into registration_key (id, code, suite, suite_snapshot, account, reseller, order_number, seats, valid_through, certificate_number,
     certificate_version, customer, issued_at)
   select gen_random_uuid(), 'SP-' || concat_ws('-', substr(h, 1, 4), substr(h, 5, 4), substr(h, 9, 4), substr(h, 13, 4)), 'SPC',
     (select id from suite_snapshot), 'a' || a, 'r' || a % 100, 'PO-' || a || '-1', 250, '2027-01-01',
     'LC-2026-' || lpad(a::text, 7, '0'), 4, '{}', now()
   from (select a, translate(upper(md5('key' || a)), '01', 'GH') as h from generate_series(1, $1::integer) as a) as keys`,
  `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, registration_key, extended_by, grants)
   select gen_random_uuid(), 'OS-' || account || '-' || p, account, 100000 + p || '01', 'reseller', 'full', 'active', 250, '2027-01-01',
     id, array[id], 4 from registration_key, generate_series(1, 4) as p`,
  `insert into license_grant (license, number, cause_kind, cause, registration_key, seats, valid_through, made_at)
   select id, n, 'order', gen_random_uuid(), registration_key, 250, '2027-01-01', now() from license, generate_series(1, 4) as n`,
  `insert into certificate (number, version, message, facts, written_at, rendered_at)
   select certificate_number, certificate_version, id, jsonb_build_object('kind', 'upgrade', 'lines', jsonb_build_array(repeat('x', 600))),
     now(), now() from message`,
] as const;

/** What deciding an order of the account touches, in one transaction. */
const writing = `
  with placed as (
    insert into message (id, kind, reseller, number, fingerprint, content, account, accepted_at, status, decided_number, decided_at,
      certificate_number, certificate_version, events)
    values (gen_random_uuid(), 'upgrade-order', 'r1', gen_random_uuid()::text, decode(repeat('ab', 32), 'hex'), '{}', $1, now(), 'fulfilled', 1,
      now(), 'LC-2026-0000001', 1, '[]') returning id),
  granted as (
    insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
    select license.id, license.grants + 1, 'order', placed.id, 1, '2027-01-01', now() from license, placed where account = $1),
  known as (update account set contact = 'x' where id = $1),
  extended as (update registration_key set seats = seats + 1 where account = $1)
  update license set seats = seats + 1, grants = grants + 1 where account = $1`;

/** Writes until told to stop. @returns how long each write took, in milliseconds */
async function write(url: string, accounts: number, isOver: () => boolean, first: number): Promise<number[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const took: number[] = [];
  for (let i = first; !isOver(); i += 7919) {
    const begunAt = performance.now();
    await client.query(writing, [`a${1 + (i % accounts)}`]);
    took.push(performance.now() - begunAt);
  }
  await client.end();
  return took;
}

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '1000000' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const accounts = Math.max(2, Math.round(Number(values.orders) / 4));
const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-migrations-'));
const server = await startEmbeddedPostgres({
  directory: join(folder, 'postgres'),
  settings: ['shared_buffers=512MB', 'max_wal_size=8GB'],
  log: () => {},
});
try {
  await onDatabase(server.url, 'create database filled');
  const url = urlOfDatabase(server.url, 'filled');
  const orm = await openOrm(url, undefined);
  await orm.migrator.up({ to: '0002-room-for-extensions' });
  await orm.close(true);
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of filling) await client.query(statement, statement.includes('$1') ? [accounts] : []);
  await client.query('vacuum analyze');
  let isOver = false;
  const writers = [1, 2].map((first) => write(url, accounts, () => isOver, first));
  const begunAt = performance.now();
  await migrate(url);
  const seconds = (performance.now() - begunAt) / 1000;
  isOver = true;
  const took = (await Promise.all(writers)).flat();
  await client.end();
  const ms = (share: number) => percentile(took, share).toFixed(0);
  process.stdout.write(
    `${machine()}\n${accounts * 4} orders, ${accounts * 4} licenses, ${accounts * 16} grants: brought up to date in ${seconds.toFixed(0)} s; ` +
      `${took.length} writes meanwhile, median ${ms(0.5)} ms, p99 ${ms(0.99)} ms, longest ${ms(1)} ms\n`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
