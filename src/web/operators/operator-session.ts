import { createHmac, timingSafeEqual } from 'node:crypto';

/** A browser login of an operator. */
export interface OperatorSession {
  readonly operator: string;
}

export interface OperatorSessions {
  /** The cookie's value; undefined when the operator has no live key. */
  open(operator: string): Promise<string | undefined>;
  read(cookie: string): Promise<OperatorSession | undefined>;
}

/** A working day. */
export const sessionSeconds = 10 * 3600;

/**
 * Sessions are kept nowhere: the cookie is signed with the stored hash of the operator's key, so that every api process understands it
 * and it ends at once when the key is revoked.
 */
export function createOperatorSessions(
  keyHash: (operator: string) => Promise<Buffer | undefined>,
): OperatorSessions {
  return {
    async open(operator) {
      const hash = await keyHash(operator);
      if (!hash) return undefined;
      const ends = Math.floor(Date.now() / 1000) + sessionSeconds;
      const statement = `${Buffer.from(operator, 'utf8').toString('base64url')}.${ends}`;
      return `${statement}.${signatureOf(statement, hash)}`;
    },
    async read(cookie) {
      const match = /^([\w-]{1,400})\.(\d{1,12})\.([\w-]{43})$/.exec(cookie);
      const [, name, ends, signature] = match ?? [];
      if (name === undefined || ends === undefined || signature === undefined) return undefined;
      if (Number(ends) * 1000 < Date.now()) return undefined;
      const operator = Buffer.from(name, 'base64url').toString('utf8');
      const hash = await keyHash(operator);
      if (!hash) return undefined;
      const expected = Buffer.from(signatureOf(`${name}.${ends}`, hash));
      return timingSafeEqual(expected, Buffer.from(signature)) ? { operator } : undefined;
    },
  };
}

function signatureOf(statement: string, keyHash: Buffer): string {
  return createHmac('sha256', keyHash).update(`chancery operator session\n${statement}`).digest('base64url');
}
