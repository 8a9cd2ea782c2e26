import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { MessageKind } from '#jobs/kinds.ts';
import { mayActAs, type OperatorRole } from '#src/domain/operator-role.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { FormBody } from '#src/web/form-body.ts';
import type { AddressRule } from '#src/webhooks/addresses.ts';
import type { Sealing } from '#src/webhooks/sealing.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export const deskPath = '/ops';

/** Who is signed in. */
export interface Operator {
  readonly name: string;
  readonly role: OperatorRole;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in to the operators' pages. */
    operator: Operator | null;
  }
}

/** What the pages work with. */
export interface Desk {
  readonly fulfillment: Fulfillment;
  readonly environmentName: string;
  readonly queues: readonly OpenQueue[];
  /** Puts recorded messages on their queue; what it loses, the reconciler finds. */
  readonly wake: (kind: MessageKind, ids: readonly string[], again?: boolean) => Promise<void>;
  /** What changing webhook endpoints takes. */
  readonly webhooks: { readonly sealing: Sealing; readonly rule: AddressRule };
  /** Whether the last admin's key must not end: no configured key lets anybody else in. */
  readonly keepsAdmin: boolean;
  readonly log: FastifyBaseLogger;
}

/** One request of an operator. */
export interface DeskVisit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly operator: Operator;
  readonly environmentName: string;
  readonly form: FormBody;
  readonly query: URLSearchParams;
}

/** What a page answers: itself, or where to go. */
export type DeskAnswer = { readonly page: string; readonly status?: number } | { readonly go: string };

export function may({ operator }: DeskVisit, needed: OperatorRole): boolean {
  return mayActAs(operator.role, needed);
}

/** How the histories name who did it. */
export function byOf({ operator }: DeskVisit): string {
  return `operator ${operator.name}`;
}
