import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { readConfiguration } from '#src/configuration.ts';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction } from '#src/persistence/database.ts';
import type { Draining } from '#src/process/draining.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { openSystem, type System } from '#src/process/system.ts';
import { startWorkers } from '#workers/worker-process.ts';

/** Where the demo plays. */
export interface Stage {
  readonly system: System;
  /** The demo's reseller. */
  readonly reseller: string;
  /** The example files, copied: imports write their results beside them. */
  readonly files: { readonly holdings: string; readonly orders: string };
  /** Where the certificates go. */
  readonly output: string;
}

const examplesFolder = fileURLToPath(new URL('../../../examples/', import.meta.url));

const poolSize = 8;

/** Opens database, queues and workers in a temporary place. What it opened is registered with `draining`, the place itself included. */
export async function openStage(output: string, log: Logger, draining: Draining): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-demo-'));
  draining.opened('temporary folder', () => rm(folder, { recursive: true, force: true }));
  const files = { holdings: join(folder, 'holdings.csv'), orders: join(folder, 'orders.csv') };
  await copyFile(join(examplesFolder, 'holdings.csv'), files.holdings);
  await copyFile(join(examplesFolder, 'orders.csv'), files.orders);

  const postgres = await startEmbeddedPostgres({ directory: join(folder, 'postgres'), log: () => {} });
  draining.opened('embedded PostgreSQL', () => postgres.stop());
  // Not the settings of this machine: the demo must neither reach nor resemble what runs here.
  const configuration = readConfiguration({
    DATA_DIRECTORY: folder,
    WORKER_CONCURRENCY: '50',
    HTTP_PORT: '0',
  });
  await migrateAll(postgres.url, configuration);
  const system = await openSystem({
    configuration,
    databaseUrl: postgres.url,
    log,
    poolSize,
    applicationName: 'chancery demo',
  });
  draining.opened('database and queues', () => system.close());
  const workers = startWorkers({ ...system, sizes: configuration });
  draining.opened('workers', (deadlineMs) => workers.close(deadlineMs));

  const reseller = 'northwind';
  await inTransaction(system.database, (tx) => addReseller(tx, reseller, 'reseller'));
  return { system, reseller, files, output };
}
