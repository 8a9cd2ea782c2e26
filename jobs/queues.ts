import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import { keysOf } from '#src/mechanisms/records.ts';

/** The queues beside those of messages, and their job names. */
export const otherQueues = {
  /** Rendering the certificates that were written. */
  certificates: { queue: 'certificates', jobName: 'render-certificate.v1' },
  /** Sending the mails that are owed. Ours alone: to whom and what is in Postgres. */
  mails: { queue: 'mails', jobName: 'send-mail.v1' },
  /** Telling webhook endpoints what waits for them. Ours alone. */
  deliveries: { queue: 'deliveries', jobName: 'deliver.v1' },
} as const;

export type OtherQueue = keyof typeof otherQueues;

export type QueueName = (typeof kinds)[MessageKind]['queue'] | OtherQueue;

/** All queues: those of messages, which programs outside rely on (contract §1), and ours. */
export const queueNames: readonly QueueName[] = [
  ...messageKinds.map((kind) => kinds[kind].queue),
  ...keysOf(otherQueues),
];

export const certificatesQueue = otherQueues.certificates;

export const mailsQueue = otherQueues.mails;

export const deliveriesQueue = otherQueues.deliveries;
