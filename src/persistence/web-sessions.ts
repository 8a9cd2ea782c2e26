import { hash } from 'node:crypto';
import { newId } from '#src/mechanisms/new-id.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export type SessionKind = 'operator' | 'member';

/** A browser that is signed in. */
export interface WebSession {
  readonly id: string;
  readonly kind: SessionKind;
  /** Who: an operator's name, a member's address. */
  readonly subject: string;
  /** Hash of the key that it was opened with; null where there is none. */
  readonly credential: Buffer | null;
  /** Whatever the pages of the kind keep. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

export interface SessionLimits {
  /** A session ends when nothing was asked for so long. */
  readonly idleSeconds: number;
  /** It ends after this at the latest. */
  readonly totalSeconds: number;
}

/** A session's last use is written down once in so many seconds at most: looking at pages writes next to nothing. */
const noticedEverySeconds = 60;

/** Of the token only this is stored: whoever reads the table cannot sign in with it. */
function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** @param token of at least 128 random bits; the browser alone has it */
export async function insertSession(
  tx: Transaction,
  token: string,
  { kind, subject, credential, data }: Pick<WebSession, 'kind' | 'subject' | 'credential' | 'data'>,
): Promise<string> {
  const id = newId();
  await statement(
    tx,
    `insert into web_session (id, token_hash, kind, subject, credential, data) values ($1, $2, $3, $4, $5, $6)`,
    [id, hashOf(token), kind, subject, credential, JSON.stringify(data)],
  );
  return id;
}

/** The session of a token that has not ended by sign-out or by its limits. Its use is noticed. */
export async function findSession(
  tx: Transaction,
  token: string,
  kind: SessionKind,
  { idleSeconds, totalSeconds }: SessionLimits,
): Promise<WebSession | undefined> {
  const [found] = await statement<WebSession & { readonly isUnnoticed: boolean }>(
    tx,
    `select id, kind, subject, credential, data, created_at as "createdAt",
       last_seen_at < now() - make_interval(secs => $5) as "isUnnoticed"
     from web_session
     where token_hash = $1 and kind = $2 and ended_at is null
       and last_seen_at > now() - make_interval(secs => $3) and created_at > now() - make_interval(secs => $4)`,
    [hashOf(token), kind, idleSeconds, totalSeconds, Math.min(noticedEverySeconds, idleSeconds / 4)],
  );
  if (!found) return undefined;
  const { isUnnoticed, ...session } = found;
  if (isUnnoticed)
    await statement(tx, 'update web_session set last_seen_at = now() where id = $1', [found.id]);
  return session;
}

/** Replaces what the pages keep with the session. */
export async function keepSessionData(
  tx: Transaction,
  id: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await statement(tx, 'update web_session set data = $2 where id = $1 and ended_at is null', [
    id,
    JSON.stringify(data),
  ]);
}

/** Ends the session of a token; safe to repeat. */
export async function endSession(tx: Transaction, token: string): Promise<void> {
  await statement(tx, 'update web_session set ended_at = now() where token_hash = $1 and ended_at is null', [
    hashOf(token),
  ]);
}

/** Ends all sessions of somebody, at once. */
export async function endSessionsOf(tx: Transaction, kind: SessionKind, subject: string): Promise<void> {
  await statement(
    tx,
    'update web_session set ended_at = now() where kind = $1 and subject = $2 and ended_at is null',
    [kind, subject],
  );
}

/** What ended long ago is forgotten, a little at each sign-in. */
export async function forgetOldSessions(tx: Transaction): Promise<void> {
  await statement(
    tx,
    `delete from web_session where id in (
       select id from web_session where created_at < now() - interval '30 days' order by created_at limit 100)`,
  );
}
