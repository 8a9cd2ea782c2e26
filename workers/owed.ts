import type { Logger } from 'pino';
import type { QueueName } from '#jobs/queues.ts';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { Fulfillment, Owed } from '#src/fulfillment/fulfillment.ts';
import type { MailSender } from '#src/mail/sender.ts';
import type { Transaction } from '#src/persistence/database.ts';
import type { AddressRule } from '#src/webhooks/addresses.ts';
import type { Sealing } from '#src/webhooks/sealing.ts';
import type { Progress } from '#workers/progress.ts';
import type { QueueBackend } from '#workers/queue-backend.ts';
import type { OpenWorker } from '#workers/steady-worker.ts';

/**
 * Work that PostgreSQL owes, and queues wake somebody for. Everything that serves all queues loops over these: workers, reconciler,
 * standstill, announcing, refilling.
 */
export interface OwedWork {
  /** As people count it: `certificates without PDF`. */
  readonly noun: string;
  /** A page of what is owed, the oldest first, as the jobs that it needs. Served by a partial index, however much has been done. */
  readonly find: (tx: Transaction, look: OwedLook) => Promise<readonly OwedJob[]>;
  /**
   * Whether a look goes on beyond its first pages. Absent: it does not.
   * @param waiting jobs that the work's queues hold
   */
  readonly goesOn?: (tx: Transaction, waiting: number) => Promise<boolean>;
  /** The jobs of what a commit has just left to be done; absent when whoever commits enqueues them. */
  readonly announced?: (owed: Owed) => readonly OwedJob[];
  /**
   * Jobs that may wait when there is more to announce. What is beyond waits in PostgreSQL until the worker has run out of jobs, so that
   * a long backlog of rows does not become as long a backlog of jobs in the queue server's memory.
   */
  readonly mostWaiting?: number;
  /** Listens to the work's queues. */
  readonly open: (context: WorkContext) => OpenedWork;
}

export interface OwedLook {
  /** Younger rows are left to the job that was enqueued for them. */
  readonly olderThanSeconds: number;
  readonly limit: number;
  /** How many this look has found so far. */
  readonly skip: number;
  /** The last of them. */
  readonly last: OwedJob | undefined;
}

/** A job of ours: it names what is recorded, and holds no content (contract §1). */
export interface OwedJob {
  readonly queue: QueueName;
  /** The job name of its queue. */
  readonly name: string;
  /** One job for one piece of work: a second under the same id changes nothing. */
  readonly jobId: string;
  readonly data: object;
  /** Where `find` goes on behind it; absent when it does not need that. */
  readonly position?: string;
}

/** What workers are opened with. */
export interface WorkContext {
  readonly backend: QueueBackend;
  readonly fulfillment: Fulfillment;
  readonly sizes: WorkerSizes;
  readonly signingKey: SigningKey;
  /** How mails are sent; absent, this process sends none and owes nobody a certificate by mail. */
  readonly mail: MailSettings | undefined;
  /** How webhook endpoints are told; absent, this process tells none. */
  readonly webhooks: WebhookSettings | undefined;
  readonly log: Logger;
  readonly progress: Readonly<Record<QueueName, Progress>>;
}

/** How this installation sends mail. */
export interface MailSettings {
  readonly sender: MailSender;
  /** MAIL_FROM. */
  readonly from: string;
  /** Address of the portal, as browsers reach it. */
  readonly portal: string;
  /** MAIL_CERTIFICATES. */
  readonly certificates: boolean;
}

/** How this installation tells webhook endpoints. */
export interface WebhookSettings {
  readonly sealing: Sealing;
  readonly rule: AddressRule;
  /** Where events say that things are. */
  readonly publicUrl: string;
}

export interface WorkerSizes {
  readonly workerConcurrency: number;
  readonly batchSize: number;
  readonly batchSlots: number;
  readonly certificateConcurrency: number;
  readonly reconcileIntervalSeconds: number;
}

export interface OpenedWork {
  readonly workers: readonly OpenWorker[];
  /** Told when the process begins to close, so that long jobs come to an end. */
  stop?(): void;
  /** What is to be closed when the workers have ended. */
  close?(): Promise<void>;
}
