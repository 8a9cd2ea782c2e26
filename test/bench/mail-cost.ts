import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { openMailSink } from '#test/bench/mail-sink.ts';
import { untilStandstill } from '#test/bench/stands-still.ts';
import { workOff } from '#test/bench/work-off.ts';
import { onDatabase } from '#test/environment/admin.ts';

/** Enough to take several seconds to render; no more than may wait for it. */
const orders = 2000;

/**
 * The same backlog with its certificates mailed to a server beside it, written as files, and not mailed at all.
 * @returns by each way, orders a second until the last is fulfilled, and until nothing of them is owed any more: no PDF, no mail
 */
export async function mailCost(servers: BenchServers, base: Base): Promise<Readonly<Record<string, number>>> {
  const off = await run(servers, base, { MAIL_CERTIFICATES: 'off' }, false);
  const sink = await openMailSink();
  const smtp = await run(servers, base, { MAIL_CERTIFICATES: 'on', SMTP_URL: sink.url }, true);
  await sink.close();
  if (sink.taken() !== orders) throw new Error(`The mail server took ${sink.taken()} mails of ${orders}.`);
  const files = await run(servers, base, { MAIL_CERTIFICATES: 'on' }, true);
  const folder = join(servers.folder, 'mail');
  const written = (await readdir(folder)).filter((name) => name.endsWith('.eml')).length;
  if (written !== orders) throw new Error(`${written} mails of ${orders} were written.`);
  await rm(folder, { recursive: true });
  return {
    'mail-off': off.fulfilled,
    'mail-smtp': smtp.fulfilled,
    'mail-files': files.fulfilled,
    'mail-off-to-the-end': off.ended,
    'mail-smtp-to-the-end': smtp.ended,
    'mail-files-to-the-end': files.ended,
  };
}

async function run(
  servers: BenchServers,
  base: Base,
  environment: Readonly<Record<string, string>>,
  isMailed: boolean,
): Promise<{ readonly fulfilled: number; readonly ended: number }> {
  let endingSeconds = 0;
  const database = 'bench_mail';
  const url = await servers.clone(base.database, database);
  // The base's own certificates are not rendered: what of them a worker came to would be mailed, too.
  await onDatabase(url, 'update certificate set rendered_at = now() where rendered_at is null');
  const fulfilled = await workOff({
    servers,
    base,
    database,
    mix: 'orders',
    messages: orders,
    workers: 1,
    backend: 'redis',
    rendering: true,
    environment,
    onFulfilled: async (databaseUrl) => {
      const startedAt = performance.now();
      await untilNothingIsOwed(databaseUrl, isMailed);
      endingSeconds = (performance.now() - startedAt) / 1000;
    },
  });
  await servers.drop(database);
  return { fulfilled, ended: orders / (orders / fulfilled + endingSeconds) };
}

async function untilNothingIsOwed(url: string, isMailed: boolean): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const moves = untilStandstill('rendering and mailing');
    for (;;) {
      const { rows } = await client.query<{ readonly rendered: string; readonly mailed: string }>(
        `select (select count(*) from certificate_pdf) as rendered, (select count(*) from mail where status = 'sent') as mailed`,
      );
      const [rendered, mailed] = [Number(rows[0]?.rendered), Number(rows[0]?.mailed)];
      if (rendered >= orders && (!isMailed || mailed >= orders)) return;
      moves(`${rendered} rendered, ${mailed} mailed`);
      await delay(100);
    }
  } finally {
    await client.end();
  }
}
