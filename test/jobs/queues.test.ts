import { expect, test } from 'vitest';
import { kinds, messageKinds } from '#jobs/kinds.ts';
import { certificatesQueue, deliveriesQueue, mailsQueue, queueNames } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';

test('queues and jobs have the names that programs outside rely on', () => {
  const names = recordOf(messageKinds, (kind) => ({
    queue: kinds[kind].queue,
    jobName: kinds[kind].jobName,
  }));
  const ours = { certificate: certificatesQueue, mail: mailsQueue, delivery: deliveriesQueue };
  expect({ ...names, ...ours }).toEqual({
    'upgrade-order': { queue: 'upgrade-orders', jobName: 'upgrade-order.v1' },
    registration: { queue: 'registrations', jobName: 'registration.v1' },
    'merge-request': { queue: 'merge-requests', jobName: 'merge-request.v1' },
    'change-request': { queue: 'change-requests', jobName: 'change-request.v1' },
    certificate: { queue: 'certificates', jobName: 'render-certificate.v1' },
    mail: { queue: 'mails', jobName: 'send-mail.v1' },
    delivery: { queue: 'deliveries', jobName: 'deliver.v1' },
  });
  expect(queueNames).toEqual([
    'upgrade-orders',
    'registrations',
    'merge-requests',
    'change-requests',
    'certificates',
    'mails',
    'deliveries',
  ]);
});
