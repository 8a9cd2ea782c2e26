import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify/types/schema.js';
import { z } from 'zod';
import { fieldErrors } from '#jobs/message.ts';
import { invalid } from '#src/http/problems/problem.ts';

/**
 * Parses query, path and headers with the routes' zod schemas. Bodies pass: a message needs the caller's reseller first, and its route
 * parses it with the very schema that the document shows.
 */
export const validatorCompiler: FastifySchemaCompiler<unknown> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    if (httpPart === 'body' || !(schema instanceof z.ZodType)) return { value: data };
    const parsed = schema.safeParse(data, { reportInput: true });
    if (parsed.success) return { value: parsed.data };
    const { errors } = fieldErrors(parsed.error);
    const told = errors.map(({ path, message }) => ({
      path,
      message: message === 'is not a field of this message' ? 'is no parameter of this call' : message,
    }));
    return { error: invalid('INVALID_QUERY', told) };
  };

/** Answers are made by typed code; tests hold them against the document instead of every request paying for it. */
export const serializerCompiler: FastifySerializerCompiler<unknown> = () => (data) => JSON.stringify(data);

/** A body by the schema that the document shows. @throws ProblemError 400 with all faults */
export function parsedOrThrow<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { code, errors } = fieldErrors(parsed.error);
  throw invalid(code, errors);
}
