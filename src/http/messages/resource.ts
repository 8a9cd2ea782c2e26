import { z } from 'zod';
import type { OutcomeFilter } from '#src/persistence/outcomes.ts';

/** A kind of message as the API shows it. */
export interface MessageResource {
  /** What the schema of the body is called in the OpenAPI document. */
  readonly name: string;
  readonly tag: { readonly name: string; readonly description: string };
  /** What sending one does. */
  readonly description: string;
  /** What each field means, by its path with dots; the shapes come from the schema itself. */
  readonly fields: Readonly<Record<string, string>>;
  readonly example: object;
  /** Whether `?preview=true` is answered. */
  readonly previews: boolean;
  /** Absent: there is no list of them. */
  readonly list?: MessageList;
}

/** The filters of a list. */
export interface MessageList {
  readonly query: z.ZodRawShape;
  /** @param query checked already */
  readonly filterOf: (query: unknown) => OutcomeFilter;
}

export function listBy<Filters extends z.ZodRawShape>(
  query: Filters,
  filterOf: (query: z.infer<z.ZodObject<Filters>>) => OutcomeFilter,
): MessageList {
  const schema = z.object(query);
  // What is parsed already parses to itself.
  return { query, filterOf: (given) => filterOf(schema.parse(given)) };
}

export const resellerField =
  'That of the API key: may be absent, and must be it when given. An operator names the reseller that the message is for.';

export const agreementField =
  'When the customer accepted the license agreement (RFC 3339). Without it nothing is registered.';
