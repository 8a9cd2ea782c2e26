import { looksBack, namedBy, type Change } from '#src/fulfillment/deciding/changing/reach.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import { identityOf } from '#src/fulfillment/deciding/message-names.ts';

/**
 * The messages in the order in which they take effect: a request comes behind what it names, also when that was accepted after it. Requests
 * that name each other stay as they are.
 */
export function namedFirst(messages: readonly OpenMessage[]): readonly OpenMessage[] {
  const byIdentity = new Map(messages.map((message) => [identityOf(message), message]));
  const visited = new Set<string>();
  const ordered: OpenMessage[] = [];
  const visit = (message: OpenMessage) => {
    if (visited.has(message.id)) return;
    visited.add(message.id);
    const named = message.kind === 'change-request' ? namedBy(message) : undefined;
    const before = named && byIdentity.get(identityOf(named));
    if (before) visit(before);
    ordered.push(message);
  };
  for (const message of messages) visit(message);
  return ordered;
}

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
