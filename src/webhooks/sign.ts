import { createHmac } from 'node:crypto';
import { secretBytes } from '#src/webhooks/secret.ts';

/** What is signed: one attempt at telling one event. */
export interface Signed {
  /** The event's id, the same in every attempt. */
  readonly id: string;
  /** Of this attempt; receivers refuse what is older than five minutes. */
  readonly at: Date;
  /** The body, byte for byte. */
  readonly body: string;
}

/**
 * The headers of an attempt, by Standard Webhooks 1.0.0: `v1` signatures (HMAC-SHA256 over id, time and body), one for each secret.
 * @param secrets `whsec_…`; two while an old one still signs
 * @throws Error when one is no secret
 */
export function signatureHeaders(
  { id, at, body }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = secretBytes(secret);
    if (!key) throw new Error('What is kept as the secret of a webhook endpoint is none.');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
