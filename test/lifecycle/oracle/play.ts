import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { auditBooks } from '#src/persistence/books.ts';
import { openDatabase, reading, scanning, statement } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { figuresAsText, noFigures, playHistories, type Figures } from '#test/lifecycle/oracle/histories.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

const usage = `npm run oracle --  [--messages 10000] [--seed 1] [--length 24] [--say-held]
  Random histories of orders, registrations, merges and change requests, --length messages each. After every return and undone merge the
  accounts must be what they are after the same messages without it, or a person must have been asked. Ends with 1 when they are not. --say-held
  tells of each time that a person was asked in vain, too: more care than is needed, no fault.
`;

/** Histories that share a database. */
const sideBySide = 100;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string' },
      seed: { type: 'string' },
      length: { type: 'string' },
      'say-held': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [messages, seed, length] = [
    Number(values.messages ?? 10_000),
    Number(values.seed ?? 1),
    Number(values.length ?? 24),
  ];
  if (values.help === true || !(messages >= 1) || !Number.isInteger(seed) || !(length >= 2)) {
    process.stderr.write(usage);
    return values.help === true ? 0 : 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'chancery-oracle-'));
  const postgres = await startEmbeddedPostgres({
    directory: join(folder, 'postgres'),
    // Nothing of it is kept.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
    log: () => {},
  });
  const figures = noFigures();
  try {
    for (let from = seed; figures.messages < messages; from += sideBySide) {
      const left = Math.ceil((messages - figures.messages) / length);
      const seeds = Array.from({ length: Math.min(sideBySide, left) }, (_, i) => from + i);
      const before = figures.findings.length;
      await playOn(postgres.url, `oracle_${from}`, seeds, length, figures);
      process.stdout.write(`${figures.messages} messages, ${figures.findings.length} disagreements\n`);
      for (const finding of figures.findings.slice(before)) process.stdout.write(`${finding}\n`);
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
  if (values['say-held'] === true) for (const held of figures.askedInVain) process.stdout.write(`${held}\n`);
  process.stdout.write(figuresAsText(figures));
  return figures.findings.length === 0 ? 0 : 1;
}

async function playOn(
  server: string,
  name: string,
  seeds: readonly number[],
  length: number,
  figures: Figures,
): Promise<void> {
  await onDatabase(server, `create database ${name}`);
  const url = urlOfDatabase(server, name);
  await migrateAll(url, { redisUrl: undefined });
  const database = openDatabase(url, { poolSize: 12 });
  try {
    const fulfillment = await openFulfillment(database, await mergingCatalog());
    const query = <Row>(sql: string, parameters?: readonly unknown[]) =>
      statement<Row>(reading(database), sql, parameters);
    await query("insert into reseller (name, license_type) values ('northwind', 'reseller')");
    const ledger = { url, database, fulfillment, query };
    await playHistories(ledger, seeds, length, figures);
    const { contradictions } = await scanning(database, auditBooks);
    const broken = contradictions.map(({ check, count }) => `${check}: ${count}`);
    for (const one of [...(await brokenInvariants(ledger)), ...broken])
      figures.findings.push(`seeds ${seeds[0]}…: ${one}`);
  } finally {
    await database.close();
    await onDatabase(server, `drop database ${name} with (force)`);
  }
}
