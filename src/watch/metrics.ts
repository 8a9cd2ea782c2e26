import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { reading, scanning, type Database } from '#src/persistence/database.ts';
import { countDeliveries } from '#src/persistence/delivery-counts.ts';
import { outcomesRelay, waitingToRelay } from '#src/persistence/event-relay.ts';
import { countMessages, type MessageCounts } from '#src/persistence/message-counts.ts';
import { countWaiting } from '#src/persistence/waiting-counts.ts';
import type { Health } from '#src/watch/health.ts';
import type { WorkMetrics } from '#src/watch/work-metrics.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export interface Metrics {
  readonly contentType: string;
  /** The text of a scrape. What cannot be asked at the moment (PostgreSQL or the queue server is away) is missing from it. */
  scrape(): Promise<string>;
  accepted(kind: string, outcome: string): void;
  request(method: string, route: string, status: number, seconds: number): void;
}

export interface MetricsOptions {
  readonly database: Database;
  readonly queues: readonly OpenQueue[];
  readonly health: Health;
  /** Whether events are put on a queue of outcomes. */
  readonly outcomes?: boolean | undefined;
  /** Of the work that this process does. */
  readonly work?: WorkMetrics | undefined;
}

/** Counting all messages takes a while when there are millions. */
const booksKeptMs = 15_000;

/** A scrape answers within this, whatever hangs. */
const deadlineMs = 3000;

/** Metrics of one process, in a registry of its own. No label ever holds a code, a number or a name of a customer. */
export function createMetrics({ database, queues, health, outcomes, work }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'chancery_' });
  const registers = [registry];
  for (const metric of work?.metrics ?? []) registry.registerMetric(metric);
  const accepted = new Counter({
    name: 'chancery_messages_received_total',
    help: 'Messages that came over HTTP, by what became of them at the door.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const requests = new Histogram({
    name: 'chancery_http_request_duration_seconds',
    help: 'HTTP requests by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const messages = gauge('chancery_messages', 'Recorded messages by status: the books.', ['kind', 'status']);
  const oldest = gauge('chancery_open_oldest_age_seconds', 'Age of the oldest message that is not ended.');
  const pending = gauge('chancery_certificates_pending', 'Certificates that wait for their PDF.');
  const holds = gauge('chancery_holds', 'Messages that wait for a person, by reason code.', ['code']);
  const oldestHold = gauge('chancery_hold_oldest_age_seconds', 'Age of the oldest hold that is open.');
  const refused = gauge(
    'chancery_rejected_messages',
    'Messages that could not be recorded, neither replayed nor set aside.',
  );
  const mails = gauge('chancery_mails', 'Mails that are not sent, by status: queued, or failed for good.', [
    'status',
  ]);
  const deliveries = gauge(
    'chancery_deliveries',
    'Deliveries to webhook endpoints that wait or were given up.',
    ['state'],
  );
  const overdue = gauge(
    'chancery_deliveries_overdue_seconds',
    'How long the longest due delivery has waited, of endpoints that do not fail.',
  );
  const endpoints = gauge(
    'chancery_webhook_endpoints',
    'Webhook endpoints: enabled, those of them that fail, and disabled by themselves.',
    ['state'],
  );
  const feedFiles = gauge('chancery_feed_files', 'Files of the drop folder that are taken and not put away.');
  const oldestFeedFile = gauge(
    'chancery_feed_file_oldest_age_seconds',
    'Since the oldest file of the drop folder was taken that is not put away.',
  );
  const unqueued = gauge(
    'chancery_outcomes_overdue_seconds',
    'How long the oldest event has waited to be put on the queue of outcomes; 0 without one.',
  );
  const checkedBooks = gauge(
    'chancery_books_checked_timestamp_seconds',
    'When `chancery reconcile --check` last ended, in seconds since 1970; 0 when it never did.',
  );
  const contradictions = gauge(
    'chancery_books_contradictions',
    'Contradictions that the last `chancery reconcile --check` found.',
  );
  const live = gauge('chancery_live', 'Whether this process gets its work done.');
  const ready = gauge('chancery_ready', 'Whether this process can take work.');
  const jobs = gauge('chancery_queue_jobs', 'Jobs by queue and state.', ['queue', 'state']);
  const connections = gauge('chancery_database_connections', 'Connections of the pool.', ['state']);
  const up = gauge('chancery_up', 'Whether a server answered this scrape.', ['server']);
  const books = kept(() => scanning(database, countMessages), booksKeptMs);

  const scrapePostgres = async () => {
    const found = await books();
    messages.reset();
    for (const { kind, status, count } of found.messages) messages.set({ kind, status }, count);
    oldest.set(found.oldestOpenSeconds);
    pending.set(found.certificatesPending);
    const waiting = await countWaiting(reading(database));
    holds.reset();
    for (const { code, count } of waiting.holds) holds.set({ code }, count);
    oldestHold.set(waiting.oldestHoldSeconds);
    refused.set(waiting.rejected);
    mails.set({ status: 'queued' }, waiting.queuedMails);
    mails.set({ status: 'failed' }, waiting.failedMails);
    feedFiles.set(waiting.feedFiles);
    oldestFeedFile.set(waiting.oldestFeedFileSeconds);
    if (waiting.books) {
      checkedBooks.set(waiting.books.checkedAt);
      contradictions.set(waiting.books.contradictions);
    }
    const told = await countDeliveries(reading(database));
    deliveries.set({ state: 'pending' }, told.pending);
    deliveries.set({ state: 'failed' }, told.failed);
    overdue.set(told.overdueSeconds);
    for (const state of ['enabled', 'failing', 'disabled'] as const) endpoints.set({ state }, told[state]);
    unqueued.set(outcomes === true ? await waitingToRelay(reading(database), outcomesRelay) : 0);
    const { pool } = database;
    connections.set({ state: 'open' }, pool.totalCount);
    connections.set({ state: 'idle' }, pool.idleCount);
    connections.set({ state: 'awaited' }, pool.waitingCount);
  };
  const scrapeQueues = async () => {
    const all = await Promise.all(
      queues.map(async (queue) => [queue.name, await queue.getJobCounts()] as const),
    );
    jobs.reset();
    for (const [queue, counts] of all)
      for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count);
  };
  const attempt = async (server: string, work: () => Promise<void>, gauges: readonly Gauge[]) => {
    const ok = await inTime(work());
    up.set({ server }, ok ? 1 : 0);
    if (!ok) for (const one of gauges) one.reset();
  };
  return {
    contentType: registry.contentType,
    async scrape() {
      await Promise.all([
        attempt('postgres', scrapePostgres, [
          messages,
          oldest,
          pending,
          holds,
          oldestHold,
          refused,
          mails,
          feedFiles,
          oldestFeedFile,
          checkedBooks,
          contradictions,
          connections,
        ]),
        attempt('queue', scrapeQueues, [jobs]),
      ]);
      live.set(health.live().ok ? 1 : 0);
      ready.set((await health.ready()).ready ? 1 : 0);
      return registry.metrics();
    },
    accepted: (kind, outcome) => accepted.inc({ kind, outcome }),
    request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
  };
}

/** Whether the work succeeded in time. Its failure is what the metric `chancery_up` says. */
async function inTime(work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), deadlineMs);
  const done = work.then(
    () => true,
    () => false,
  );
  const ok = await Promise.race([done, late.promise]);
  clearTimeout(timer);
  return ok;
}

function kept(read: () => Promise<MessageCounts>, keptMs: number): () => Promise<MessageCounts> {
  let last: { readonly books: MessageCounts; readonly at: number } | undefined;
  return async () => {
    if (last && performance.now() - last.at < keptMs) return last.books;
    const books = await read();
    last = { books, at: performance.now() };
    return books;
  };
}
