import type { MessageKind } from '#jobs/message.ts';

/** The queues and job names that programs outside rely on (contract §1). A changed message gets a new name beside the old one. */
export const queueNames = ['upgrade-orders', 'registrations', 'merge-requests', 'certificates'] as const;
export type QueueName = (typeof queueNames)[number];

export const messageQueues = {
  'upgrade-order': { queue: 'upgrade-orders', jobName: 'upgrade-order.v1' },
  registration: { queue: 'registrations', jobName: 'registration.v1' },
  'merge-request': { queue: 'merge-requests', jobName: 'merge-request.v1' },
} as const satisfies Record<MessageKind, { queue: QueueName; jobName: string }>;

export const certificatesQueue = { queue: 'certificates', jobName: 'render-certificate.v1' } as const;
