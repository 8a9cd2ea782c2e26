import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';

/** Rendering the certificates that were written. */
export const certificatesQueue = { queue: 'certificates', jobName: 'render-certificate.v1' } as const;

export type QueueName = (typeof kinds)[MessageKind]['queue'] | (typeof certificatesQueue)['queue'];

/** The queues that programs outside rely on (contract §1). */
export const queueNames: readonly QueueName[] = [
  ...messageKinds.map((kind) => kinds[kind].queue),
  certificatesQueue.queue,
];
