import { looksBack, namedBy, type Change } from '#src/fulfillment/deciding/changing/reach.ts';
import type { OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import { identityOf } from '#src/fulfillment/deciding/message-names.ts';

/**
 * The messages in the order in which they take effect: a request waits for what it names, also when that was accepted after it; what it
 * names does not go before others of its account for that. Requests that name each other come last, as they are.
 */
export function namedFirst(messages: readonly OpenMessage[]): readonly OpenMessage[] {
  const ahead = new Set(messages.map(identityOf));
  const waiting = new Map<string, OpenMessage[]>();
  const ordered: OpenMessage[] = [];
  const add = (message: OpenMessage) => {
    const identity = identityOf(message);
    ahead.delete(identity);
    ordered.push(message);
    const behind = waiting.get(identity) ?? [];
    waiting.delete(identity);
    for (const request of behind) add(request);
  };
  for (const message of messages) {
    const named = message.kind === 'change-request' ? namedBy(message) : undefined;
    const identity = named && identityOf(named);
    if (identity !== undefined && ahead.has(identity) && identity !== identityOf(message))
      waiting.set(identity, [...(waiting.get(identity) ?? []), message]);
    else add(message);
  }
  const left = new Set([...waiting.values()].flat());
  return [...ordered, ...messages.filter((message) => left.has(message))];
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
