import { mayActAs, type OperatorRole } from '#src/domain/operator-role.ts';
import type { Viewer } from '#src/fulfillment/looking/visibility.ts';
import type { HolderKind } from '#src/persistence/api-keys.ts';

/** Whose API key a request carries. */
export interface Caller {
  readonly kind: HolderKind;
  readonly name: string;
  /** Of an operator. */
  readonly role: OperatorRole | null;
}

/** `reseller northwind`: how histories, logs and limits name a caller. */
export function callerName({ kind, name }: Caller): string {
  return `${kind} ${name}`;
}

export function viewerOf(caller: Caller): Viewer {
  const { kind, name } = caller;
  return kind === 'operator' ? { kind, seesCodes: mayDo(caller, 'decider') } : { kind, name };
}

/** Whether a role's work is the caller's: what a role may not do is an operators' matter; resellers have theirs on each call. */
export function mayDo({ kind, role }: Caller, needed: OperatorRole): boolean {
  return kind !== 'operator' || (role !== null && mayActAs(role, needed));
}
