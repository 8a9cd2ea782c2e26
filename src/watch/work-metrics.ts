import { Counter, Histogram, type Metric } from 'prom-client';
import type { Meters } from '#src/fulfillment/meters.ts';

/** What a process counts of its own work, and the metrics that tell it. */
export interface WorkMetrics {
  readonly meters: Meters;
  readonly metrics: readonly Metric[];
}

/** In no registry yet: the work may be counted before there is anybody to tell it. */
export function createMeters(): WorkMetrics {
  const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [] });
  const histogram = (name: string, help: string, buckets: readonly number[]) =>
    new Histogram({ name, help, buckets: [...buckets], registers: [] });
  const decisions = counter(
    'chancery_decisions_total',
    'Messages decided, by reason code where there is one.',
    ['kind', 'status', 'code'],
  );
  const messages = histogram(
    'chancery_batch_messages',
    'Messages decided in one transaction.',
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  );
  const seconds = histogram(
    'chancery_batch_duration_seconds',
    'From the first look of a deciding transaction to its commit.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  const rendered = counter('chancery_certificates_rendered_total', 'Certificates whose PDF was stored.');
  const mails = counter('chancery_mail_attempts_total', 'Attempts to send a mail, by how they ended.', [
    'outcome',
  ]);
  const deliveries = counter(
    'chancery_delivery_attempts_total',
    'Attempts to tell webhook endpoints, by how they ended.',
    ['outcome'],
  );
  const disabled = counter(
    'chancery_webhook_endpoints_disabled_total',
    'Webhook endpoints that were disabled by themselves, by why.',
    ['because'],
  );
  const files = counter(
    'chancery_feed_files_total',
    'Files of the drop folder, by the folder that they were put into.',
    ['folder'],
  );
  const looks = counter('chancery_feed_looks_total', 'Looks at the drop folder, by how they ended.', [
    'outcome',
  ]);
  return {
    metrics: [decisions, messages, seconds, rendered, mails, deliveries, disabled, files, looks],
    meters: {
      batch(decided, duration) {
        messages.observe(decided.length);
        seconds.observe(duration);
        for (const { kind, status, code } of decided) decisions.inc({ kind, status, code });
      },
      decision: ({ kind, status, code }) => decisions.inc({ kind, status, code }),
      rendered: (count) => rendered.inc(count),
      mail: (outcome) => mails.inc({ outcome }),
      deliveries: (outcome, count) => deliveries.inc({ outcome }, count),
      endpointDisabled: (because) => disabled.inc({ because }),
      feedFile: (folder) => files.inc({ folder }),
      feedLook: (outcome) => looks.inc({ outcome }),
    },
  };
}
