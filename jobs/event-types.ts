import { messageKinds, type MessageKind } from '#jobs/kinds.ts';

const endings = ['fulfilled', 'held', 'rejected'] as const;

/** Only what was fulfilled can be taken back, and only these kinds (contract §10). */
const returnable: readonly MessageKind[] = ['upgrade-order', 'change-request'];

/** Of events that can be subscribed to. */
export const eventTypes: readonly string[] = [
  ...messageKinds.flatMap((kind) => {
    const name = kind.replaceAll('-', '_');
    return [
      ...endings.map((ending) => `${name}.${ending}`),
      ...(returnable.includes(kind) ? [`${name}.returned`] : []),
    ];
  }),
  'certificate.ready',
  'license.expiring',
  'endpoint.disabled',
];

/** What an endpoint is tried out with, whatever it subscribed to; stands in no feed. */
export const testEventType = 'webhook.test';
