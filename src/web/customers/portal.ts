import type { FastifyBaseLogger } from 'fastify';
import type { MessageKind } from '#jobs/kinds.ts';
import { parseMessage } from '#jobs/message.ts';
import type { Arrival, Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import { byPortal, type PortalDetails } from '#src/fulfillment/batch/customer-effects.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading, type Transaction } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';
import type { WebSession } from '#src/persistence/web-sessions.ts';
import type { CompanySignIn } from '#src/web/customers/company-sign-in.ts';
import type { Proving } from '#src/web/customers/proving.ts';
import type { Visit, VisitData } from '#src/web/customers/visit.ts';
import type { Sessions } from '#src/web/sessions.ts';

/** What the portal's pages work with. */
export interface Portal {
  readonly fulfillment: Fulfillment;
  readonly sessions: Sessions;
  readonly proving: Proving;
  /** Records a message as the HTTP intake does, and wakes who decides it. */
  readonly accept: (arrival: Arrival) => Promise<Arrived>;
  readonly log: FastifyBaseLogger;
  /** The company's own sign-in; absent when none is set. */
  readonly companySignIn: CompanySignIn | undefined;
  /** The Deployment Kit of a registered key; absent while there is no way to make one. */
  readonly kit: ((key: string) => Promise<Kit>) | undefined;
}

export type Kit =
  | { readonly outcome: 'ready'; readonly filename: string; readonly zip: Buffer | NodeJS.ReadableStream }
  | { readonly outcome: 'pending' | 'nothing-issued' | 'unknown' };

export function readingOf({ fulfillment }: Portal): Transaction {
  return reading(fulfillment.database);
}

/** Keeps what a browser is in the middle of; one that has no session yet gets one. @returns the session's id */
export async function keep({ sessions }: Portal, visit: Visit, data: VisitData): Promise<string> {
  if (!visit.session) return sessions.open(visit.request, visit.reply, { subject: '', data });
  await sessions.keep(visit.session, data);
  return visit.session.id;
}

/** Signs in who has proven the address. The session is a new one, so that nobody who knew the old one is in it. */
export async function signIn(
  { sessions }: Portal,
  visit: Visit,
  address: string,
  data: VisitData,
): Promise<void> {
  if (visit.session && visit.address === address) await sessions.keep(visit.session, data);
  else await sessions.open(visit.request, visit.reply, { subject: address, data });
}

export function isSignedIn(session: WebSession | undefined): boolean {
  return session !== undefined && session.subject !== '';
}

/** How long a post waits for the decision before it says that it is being worked on (contract §8). */
const decidedWithinMs = 2000;
const lookAgainMs = 60;

/** A message from the portal, recorded; and its outcome when it came within two seconds, otherwise that it is open. */
export type Submitted =
  | { readonly outcome: 'recorded'; readonly id: string; readonly seen: Outcome }
  | { readonly outcome: 'refused'; readonly fields: readonly string[] };

/**
 * Sends a message as a customer does: with the member in its history, and no reseller beyond the one that the content names. Sent again,
 * it is the same message.
 */
export async function submit(
  portal: Portal,
  kind: MessageKind,
  content: unknown,
  details: PortalDetails,
): Promise<Submitted> {
  const parsed = parseMessage(kind, content);
  if (!parsed.ok) return { outcome: 'refused', fields: parsed.errors.map(({ path }) => path) };
  const arrived = await portal.accept({ message: parsed.message, by: byPortal, details });
  // A number that was used with another moment of asking is the same request, sent again.
  if (!('id' in arrived)) return { outcome: 'refused', fields: [] };
  const until = performance.now() + decidedWithinMs;
  for (;;) {
    const seen = await outcomeById(portal, arrived.id);
    if (seen && (seen.status !== 'accepted' || performance.now() > until))
      return { outcome: 'recorded', id: arrived.id, seen };
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

/** The outcome as its customer may see it: with full codes, since the pages ask who may see the account first. */
export async function outcomeById(portal: Portal, id: string): Promise<Outcome | undefined> {
  const [row] = await findOutcomes(readingOf(portal), { ids: [id] }, 1);
  return row && outcomeOf(row, { kind: 'operator' });
}
