import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Caller } from '#src/http/callers/caller.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries; null when it carries none that is valid. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Who may call: everybody, holders of an API key, or operators. Absent: everybody. */
    access?: 'key' | 'operator';
  }
}

/** A Fastify instance whose query and path types come from the routes' zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
