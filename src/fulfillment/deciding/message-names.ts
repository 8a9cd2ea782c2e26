import type { Names } from '#jobs/kind.ts';
import { kindsByName, type Contents, type MessageKind } from '#jobs/kinds.ts';
import type { MessageIdentity } from '#src/persistence/messages.ts';

/** What of a message its names are told by; a parsed message is one, and so is a stored row. */
type Named<Kind extends MessageKind> = {
  readonly [K in Kind]: { readonly kind: K; readonly content: Contents[K] };
}[Kind];

/** Any message, parsed or stored. */
export type NamedMessage = Named<MessageKind> & MessageIdentity & { readonly account: string | null };

/** The accounts, Registration Keys and Activation Codes that a message names: what deciding it must lock and load. */
export function namesOf<Kind extends MessageKind>({ kind, content }: Named<Kind>): Names {
  return kindsByName[kind].names(content);
}

export function accountsNamed(message: NamedMessage): readonly string[] {
  return namesOf(message).accounts;
}

/** A message that names no account waits for no account's lock; its own identity is locked instead. */
export function identitiesToLock(message: NamedMessage): readonly string[] {
  return message.account === null ? [identityOf(message)] : [];
}

/** One text for what makes two messages the same order, request or registration (rules §6). */
export function identityOf({ kind, number, reseller }: MessageIdentity): string {
  return JSON.stringify([kind, number, reseller]);
}
