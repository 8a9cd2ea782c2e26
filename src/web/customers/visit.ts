import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Language } from '#src/domain/customers/language.ts';
import type { MembershipRow } from '#src/persistence/members.ts';
import type { WebSession } from '#src/persistence/web-sessions.ts';
import type { Words } from '#src/web/customers/words/en.ts';
import type { FormBody } from '#src/web/form-body.ts';

const details = z.object({
  company: z.string(),
  contact: z.string(),
  email: z.string(),
  account: z.string(),
  country: z.string(),
  region: z.string(),
});

/** What was typed of the form of a first-time user. */
export type Details = z.infer<typeof details>;

const draft = z.object({
  id: z.string(),
  /** Id of the Registration Key; its code is not kept here. */
  key: z.string(),
  /** `yes`: has an account; `no`: a first-time user. */
  way: z.enum(['yes', 'no']),
  accepted: z.object({ version: z.string(), at: z.string() }).optional(),
  details: details.optional(),
  /** The code was sent to the details' address, and is waited for. */
  asked: z.boolean().optional(),
  /** What the registration is for: an account that is there, or a new one of the details. */
  goal: z.union([z.object({ account: z.string() }), z.object({ newAccount: z.string() })]).optional(),
});

/** A registration on its way through the pages of signing up. */
export type Draft = z.infer<typeof draft>;

const mergeDraft = z.object({
  id: z.string(),
  /** When the merge was begun: sent twice, it is the same request. */
  at: z.string(),
  kind: z.enum(['service', 'on-premises']),
  /** By its name in the catalog. */
  product: z.string(),
  /** The account merged into, or the one whose licenses are merged. */
  into: z.string(),
  /** The second account's address that a code was sent to. */
  asked: z.string().optional(),
  /** Accounts that the code proved, and until when they may be merged. */
  proven: z.object({ accounts: z.array(z.string()), until: z.string() }).optional(),
  from: z.string().optional(),
  retain: z.string().optional(),
  merge: z.array(z.string()).optional(),
});

/** A merge on its way through its pages. Licenses are named by their ids. */
export type MergeDraft = z.infer<typeof mergeDraft>;

const visitData = z.object({
  /** The account that the visitor acts for. */
  account: z.string().optional(),
  /** The address that a sign-in code was sent to. */
  signingIn: z.string().optional(),
  /** Sent along to the company's own sign-in, and expected back with the browser. */
  oidc: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), at: z.string() }).optional(),
  drafts: z.array(draft).default([]),
  merges: z.array(mergeDraft).default([]),
  /** A form that came when the session had ended. */
  kept: z.object({ path: z.string(), fields: z.array(z.tuple([z.string(), z.string()])) }).optional(),
  /** Said once on the next page. */
  notice: z.string().optional(),
});

/** What is kept with a browser's session. */
export type VisitData = z.infer<typeof visitData>;

export function visitDataOf(session: WebSession | undefined): VisitData {
  return visitData.safeParse(session?.data ?? {}).data ?? { drafts: [], merges: [] };
}

/** The most registrations, or merges, that one browser is in the middle of: several tabs. */
const mostDrafts = 5;

/** The data with a draft put first: the one that pages without a draft of their own show. */
export function withDraft(data: VisitData, changed: Draft): VisitData {
  const others = data.drafts.filter(({ id }) => id !== changed.id);
  return { ...data, drafts: [changed, ...others].slice(0, mostDrafts) };
}

export function withMerge(data: VisitData, changed: MergeDraft): VisitData {
  const others = data.merges.filter(({ id }) => id !== changed.id);
  return { ...data, merges: [changed, ...others].slice(0, mostDrafts) };
}

/** A request to the portal, with what is known of who makes it. */
export interface Visit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly language: Language;
  readonly words: Words;
  readonly form: FormBody;
  readonly session: WebSession | undefined;
  readonly data: VisitData;
  /** The address that the visitor has proven; undefined while nobody is signed in. */
  readonly address: string | undefined;
}

/** A visit of somebody who may act for an account. */
export interface MemberVisit extends Visit {
  readonly address: string;
  readonly account: string;
  readonly company: string;
  readonly memberships: readonly MembershipRow[];
}

/** How a visit is answered: with a page, or by sending the browser on (POST-redirect-GET). */
export type Answer =
  | { readonly go: string }
  | { readonly page: string; readonly status?: number; readonly refreshSeconds?: number }
  | { readonly sent: FastifyReply };
