import type { Message } from '#jobs/message.ts';
import type { MessageIdentity, MessageRow } from '#src/persistence/messages.ts';

/** The accounts that a message names: what deciding it must lock. */
export function accountsNamed(message: Message | MessageRow): readonly string[] {
  switch (message.kind) {
    case 'upgrade-order':
      return present(message.content.customer.account);
    case 'registration':
      return present(message.content.account ?? message.content.newAccount?.id);
    case 'merge-request':
      return message.content.kind === 'service'
        ? [message.content.into, message.content.from]
        : [message.content.account];
  }
}

export function registrationKeysNamed(message: Message | MessageRow): readonly string[] {
  return message.kind === 'registration' ? [message.content.registrationKey] : [];
}

/** Activation Codes that the message names. */
export function codesNamed(message: Message | MessageRow): readonly string[] {
  switch (message.kind) {
    case 'upgrade-order':
      return message.content.keep;
    case 'registration':
      return [];
    case 'merge-request':
      return message.content.kind === 'service'
        ? []
        : [message.content.retain, ...(message.content.merge ?? [])];
  }
}

/** A message that names no account waits for no account's lock; its own identity is locked instead. */
export function identitiesToLock(message: Message | MessageRow): readonly string[] {
  return message.account === null ? [identityOf(message)] : [];
}

/** One text for what makes two messages the same order, request or registration (licensing §6). */
export function identityOf({ kind, number, reseller }: MessageIdentity): string {
  return JSON.stringify([kind, number, reseller]);
}

export type ConflictCode = 'ORDER_CONFLICT' | 'REQUEST_CONFLICT';

/** What the same number with other content is called (licensing §6). A registration has no number and never conflicts. */
export function conflictCode({ kind }: Message): ConflictCode {
  return kind === 'merge-request' ? 'REQUEST_CONFLICT' : 'ORDER_CONFLICT';
}

function present(account: string | undefined): readonly string[] {
  return account === undefined ? [] : [account];
}
