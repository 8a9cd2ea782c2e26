import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { kinds } from '#jobs/kinds.ts';
import { fingerprint } from '#jobs/message.ts';
import { addDays } from '#src/domain/calendar.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import { afterOutageSeconds, healed, type Fault } from '#test/chaos/faults/fault.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';

/** Each is delivered as often. */
const deliveries = 3;

/** The messages that were kept when their version was made, with the identity that they had then. */
const goldenFile = z.object({
  kind: z.enum(['upgrade-order', 'registration', 'merge-request', 'change-request']),
  message: z.record(z.string(), z.unknown()),
  number: z.string(),
  fingerprint: z.string(),
});

const folder = new URL('../../jobs/golden/', import.meta.url);

/**
 * Producers of other versions are about: golden messages of every version that there was, under the job names of then, and messages of a
 * version that nobody knows yet. The old ones are recorded with the identity that they had then, and end; the unknown ones are kept.
 */
export function contractVersions(messages: number): Fault {
  const kind = 'several versions of the contract at once';
  return {
    name: kind,
    messages,
    sendingMs: 3000,
    async strike({ stage, producers, tell, blame }) {
      const { database } = stage.fulfillment;
      const golden = await goldenMessages();
      const unknown = golden.map(({ kind, message }, i) => ({
        queue: kinds[kind].queue,
        name: `${kind}.v9`,
        data: { ...message, of: `version 9, ${i}` },
      }));
      const jobs = [
        ...golden.map(({ kind, name, message }) => ({
          queue: kinds[kind].queue,
          name,
          data: message,
        })),
        ...unknown,
      ];
      await Promise.all(
        Array.from({ length: deliveries }, () => jobs)
          .flat()
          .map(({ queue, name, data }) => producers.byJob(queue, name, data)),
      );
      const ended = await untilNoneLeft(async () => golden.length - (await endedAsEver(database, golden)));
      if (ended !== 0)
        blame(`${ended ?? 'nobody knows how many'} golden messages did not end with their identity`);
      const fingerprints = unknown.map(({ data }) => fingerprint(data));
      const kept = await untilNoneLeft(async () =>
        Math.max(0, unknown.length * deliveries - (await keptTimes(database, fingerprints))),
      );
      if (kept !== 0) blame(`${kept ?? 'nobody knows how many'} jobs of an unknown version were not kept`);
      tell(
        `${kind}: ${golden.length} golden messages ended, ${unknown.length} of an unknown version were kept`,
      );
      return healed(kind, { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

interface Golden extends z.infer<typeof goldenFile> {
  /** Of the job, with its version. */
  readonly name: string;
}

async function goldenMessages(): Promise<readonly Golden[]> {
  const files = await readdir(folder);
  const all = await Promise.all(
    files.map(async (file) => ({
      ...goldenFile.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8'))),
      name: /^[a-z-]+\.v\d+/.exec(file)?.[0] ?? file,
    })),
  );
  // One of them has a date that may not lie further ahead than a month, which it does at times.
  const soon = addDays(new Date().toISOString().slice(0, 10), 29);
  return all.filter(
    ({ message: { oldCodeUntil } }) => typeof oldCodeUntil !== 'string' || oldCodeUntil <= soon,
  );
}

async function endedAsEver(database: Database, golden: readonly Golden[]): Promise<number> {
  const rows = await statement(
    reading(database),
    `select from unnest($1::text[], $2::text[], $3::text[]) as golden (kind, number, fingerprint)
     join message on message.kind = golden.kind and message.number = golden.number and message.fingerprint = decode(golden.fingerprint, 'hex')
     where message.decided_at is not null`,
    [
      golden.map(({ kind }) => kind),
      golden.map(({ number }) => number),
      golden.map((one) => one.fingerprint),
    ],
  );
  return rows.length;
}

/** How often they were kept as what nobody knows, repeats counted. */
async function keptTimes(database: Database, fingerprints: readonly string[]): Promise<number> {
  const [row] = await statement<{ readonly times: number }>(
    reading(database),
    `select coalesce(sum(count), 0)::integer as times from unnest($1::text[]) as sent (fingerprint)
     join rejected_message as kept on kept.fingerprint = decode(sent.fingerprint, 'hex') where kept.code = 'UNKNOWN_JOB_NAME'`,
    [fingerprints],
  );
  return row?.times ?? 0;
}
