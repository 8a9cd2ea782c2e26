import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inTransaction, reading, type Database } from '#src/persistence/database.ts';
import {
  endSession,
  endSessionsOf,
  findSession,
  forgetOldSessions,
  insertSession,
  keepSessionData,
  type SessionKind,
  type SessionLimits,
  type WebSession,
} from '#src/persistence/web-sessions.ts';

export interface SessionsOptions {
  readonly database: Database;
  readonly kind: SessionKind;
  readonly limits: SessionLimits;
  /** The cookie's name. */
  readonly cookie: string;
  /** Where the cookie is sent, below the public path: `/ops`. */
  readonly path: string;
  /** Whether the cookie comes along when a link on another site is followed. `strict` by default: it does not. */
  readonly sameSite?: 'strict' | 'lax';
  /** PUBLIC_URL: a session that is opened by following a link has no origin to tell by that the browser came by TLS. */
  readonly publicUrl?: string | undefined;
  /** Asked at every use, beside the limits: whether what the session was opened with still holds. */
  readonly stillHolds?: (session: WebSession) => Promise<boolean>;
}

export interface NewSession {
  readonly subject: string;
  /** Hash of the key that the session is bound to. */
  readonly credential?: Buffer;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Sign-ins of browsers. They are rows, so that every process knows them and they end everywhere at once. */
export interface Sessions {
  /** Opens a session and gives the browser its cookie; one that it had before ends. @returns the session's id */
  open(request: FastifyRequest, reply: FastifyReply, session: NewSession): Promise<string>;
  /** The live session of a request. */
  read(request: FastifyRequest): Promise<WebSession | undefined>;
  /** Replaces what is kept with a session. */
  keep(session: WebSession, data: Readonly<Record<string, unknown>>): Promise<void>;
  /** Signs out: what the cookie says is worth nothing afterwards, wherever it was copied to. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Ends all sessions of somebody. */
  endAllOf(subject: string): Promise<void>;
}

const tokenShape = /^[\w-]{43}$/;

/** @param options say whose sessions these are; needs `@fastify/cookie` and `knowBase` on the app */
export function createSessions(options: SessionsOptions): Sessions {
  const { database, kind, limits, cookie, path, sameSite = 'strict', publicUrl } = options;
  const { stillHolds = async () => true } = options;
  const tokenOf = (request: FastifyRequest) => {
    const token = request.cookies[cookie] ?? '';
    return tokenShape.test(token) ? token : undefined;
  };
  return {
    async open(request, reply, { subject, credential, data = {} }) {
      const token = randomBytes(32).toString('base64url');
      const before = tokenOf(request);
      const id = await inTransaction(database, async (tx) => {
        if (before !== undefined) await endSession(tx, before);
        await forgetOldSessions(tx);
        return insertSession(tx, token, { kind, subject, credential: credential ?? null, data });
      });
      void reply.setCookie(cookie, token, {
        path: `${request.base}${path}`,
        httpOnly: true,
        sameSite,
        secure: isSecure(request, publicUrl),
        maxAge: limits.totalSeconds,
      });
      return id;
    },
    async read(request) {
      const token = tokenOf(request);
      if (token === undefined) return undefined;
      const session = await findSession(reading(database), token, kind, limits);
      if (!session) return undefined;
      if (await stillHolds(session)) return session;
      await endSession(reading(database), token);
      return undefined;
    },
    keep: (session, data) => keepSessionData(reading(database), session.id, data),
    async end(request, reply) {
      const token = tokenOf(request);
      if (token !== undefined) await endSession(reading(database), token);
      void reply.clearCookie(cookie, { path: `${request.base}${path}` });
    },
    endAllOf: (subject) => endSessionsOf(reading(database), kind, subject),
  };
}

/** A trusted proxy says how the browser came; where none does, the page's own origin tells, or that it is PUBLIC_URL's host that was asked. */
function isSecure({ protocol, headers, host }: FastifyRequest, publicUrl: string | undefined): boolean {
  if (protocol === 'https' || headers.origin?.startsWith('https://') === true) return true;
  const own = publicUrl === undefined ? undefined : new URL(publicUrl);
  return headers.origin === undefined && own?.protocol === 'https:' && own.host === host;
}
