import type { OtherQueue } from '#jobs/queues.ts';
import { keysOf } from '#src/mechanisms/records.ts';
import { certificateWork } from '#workers/certificate-worker.ts';
import { deliveryWork } from '#workers/delivery-worker.ts';
import { mailWork } from '#workers/mail-worker.ts';
import { messageWork } from '#workers/message-worker.ts';
import type { OwedWork } from '#workers/owed.ts';

/** All work that is owed: the messages of every kind, and an entry for each queue of our own. */
export const owedWork: { readonly [Name in 'messages' | OtherQueue]: OwedWork } = {
  messages: messageWork,
  certificates: certificateWork,
  mails: mailWork,
  deliveries: deliveryWork,
};

export type OwedName = keyof typeof owedWork;

export const owedNames: readonly OwedName[] = keysOf(owedWork);
