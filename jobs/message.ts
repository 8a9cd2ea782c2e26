import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { kindsByName, type Contents, type MessageKind } from '#jobs/kinds.ts';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { printable } from '#src/mechanisms/printable.ts';

/** A parsed message with its identity (rules §6). */
export type Message<Kind extends MessageKind = MessageKind> = {
  readonly [K in Kind]: MessageOf<K, Contents[K]>;
}[Kind];

export interface MessageOf<Kind extends string, Content> {
  readonly kind: Kind;
  /** Null for an operator's merge request. */
  readonly reseller: string | null;
  /** The order or request number; for a registration, which is its whole content, the fingerprint. */
  readonly number: string;
  /** SHA-256, hexadecimal, of the canonical content: equal for a repeat, different for a conflict. */
  readonly fingerprint: string;
  /** The account that the message names first; the one it waits for its turn on. */
  readonly account: string | null;
  readonly content: Content;
}

/** A fault of one field: its path with dots, `customer.email`, and what it must be. Never holds the field's content. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** `code` is `INVALID_MESSAGE`, or a more telling one when it says it of every fault: `MISTYPED_CODE`, `AGREEMENT_NOT_ACCEPTED`. */
export type Parsed<T> =
  | { readonly ok: true; readonly message: T }
  | { readonly ok: false; readonly code: string; readonly errors: readonly FieldError[] };

/** Parses a message of the kind; all faults are found at once. Pure: the same input gives the same fingerprint for ever. */
export function parseMessage<Kind extends MessageKind>(kind: Kind, data: unknown): Parsed<Message<Kind>> {
  // So that a missing field is told apart from one of the wrong type.
  const result = kindsByName[kind].schema.safeParse(data, { reportInput: true });
  return result.success
    ? { ok: true, message: messageOf(kind, result.data) }
    : { ok: false, ...fieldErrors(result.error) };
}

/** Content as it was stored, back as a message: it was parsed before it was stored and is not judged again. */
export function messageOf<Kind extends MessageKind>(kind: Kind, content: Contents[Kind]): Message<Kind> {
  const { reseller, number, compared = content, account } = kindsByName[kind].identify(content);
  const identity = fingerprint(compared);
  return { kind, reseller, number: number ?? identity, fingerprint: identity, account, content };
}

/** SHA-256, hexadecimal, of RFC 8785 canonical JSON. */
export function fingerprint(content: unknown): string {
  return hash('sha256', canonicalize(content) ?? 'null');
}

/** Faults that are told; whoever made more has mistaken the whole. */
const mostFaults = 100;

/** Characters of a path that are told. */
const longestPath = 200;

/** The faults that zod found, as the contract shows them: all of them, unless there are hundreds. */
export function fieldErrors(error: z.ZodError): {
  readonly code: string;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const codes = new Set<string>();
  for (const issue of error.issues) {
    const at = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      codes.add('INVALID_MESSAGE');
      for (const key of issue.keys)
        errors.push({ path: at === '' ? key : `${at}.${key}`, message: 'is not a field of this message' });
      continue;
    }
    const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
    codes.add(typeof code === 'string' ? code : 'INVALID_MESSAGE');
    errors.push({ path: at, message: sentenceOf(issue, at) });
  }
  const told = errors.slice(0, mostFaults).map(({ path, message }) => ({ path: shownPath(path), message }));
  if (errors.length > mostFaults)
    told.push({ path: '', message: `and ${errors.length - mostFaults} further faults` });
  const [only, ...others] = codes;
  return { code: only !== undefined && others.length === 0 ? only : 'INVALID_MESSAGE', errors: told };
}

/** Names of fields are content, too, when they are not ours. */
export function shownPath(path: string): string {
  const cut = path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;
  return printable(maskCodesIn(cut));
}

function sentenceOf(issue: z.core.$ZodIssue, path: string): string {
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    if (path === '') return 'the message must be a JSON object';
    if (issue.input === undefined) return 'is missing';
  }
  // The library's own words, where a schema has none.
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return `must be ${typeNames[issue.expected] ?? issue.expected}`;
  return issue.message;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};
