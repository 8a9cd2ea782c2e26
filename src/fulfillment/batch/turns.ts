import { looksBack, namedBy, type Change } from '#src/fulfillment/deciding/changing/reach.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import { identityOf } from '#src/fulfillment/deciding/message-names.ts';

/**
 * As many of the messages as one transaction decides. A request that looks back is decided by itself, on what is committed, and one that
 * names a message before it waits until that is: the others have their turn in the next transaction.
 */
export function firstTurn(messages: readonly OpenMessage[]): readonly OpenMessage[] {
  const before = new Set<string>();
  for (const [i, message] of messages.entries()) {
    const named = message.kind === 'change-request' ? namedBy(message) : undefined;
    const isByItself = message.kind === 'change-request' && looksBack(message);
    if (i > 0 && (isByItself || (named && before.has(identityOf(named))))) return messages.slice(0, i);
    if (isByItself) return [message];
    before.add(identityOf(message));
  }
  return messages;
}

export function changesIn(messages: readonly OpenMessage[]): readonly (Change & { readonly id: string })[] {
  return messages.flatMap((message) => (message.kind === 'change-request' ? [message] : []));
}
