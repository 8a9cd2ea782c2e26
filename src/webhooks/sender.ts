import { Agent, request, type Dispatcher } from 'undici';
import type { AddressRule } from '#src/webhooks/addresses.ts';
import { errorWords } from '#src/webhooks/error-words.ts';
import { guardedConnector, type Lookup } from '#src/webhooks/guarded-connect.ts';
import { retryAfterOf } from '#src/webhooks/schedule.ts';

/** What is sent in one attempt. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of an attempt. It has delivered when the status is one of 200 to 299. */
export interface Sent {
  /** Null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it counts as failed, for people; null when it does not. */
  readonly error: string | null;
  /** The first 2,048 bytes of the answer's body, as text; null when there was no answer. */
  readonly answer: string | null;
  readonly retryAfterSeconds?: number;
}

export interface WebhookSender {
  /** One attempt; never rejects, and ends within the time limit whatever the other side does. Redirects are failures. */
  send(outgoing: Outgoing): Promise<Sent>;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly rule: AddressRule;
  /** The whole attempt: look-up, connection, request and answer. 15 s by default. */
  readonly withinMs?: number;
  /** Connections to one origin at once. */
  readonly connections?: number;
  readonly lookup?: Lookup;
}

const mostAnswerBytes = 2048;

/** Opens nothing before the first attempt. */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { rule, withinMs = 15_000, connections = 10, lookup } = options;
  const agent = new Agent({
    connect: guardedConnector(rule, withinMs, lookup),
    connections,
    pipelining: 1,
    headersTimeout: withinMs,
    bodyTimeout: withinMs,
    // Shorter than common servers keep a connection: one that they end just now would cost an attempt.
    keepAliveTimeout: 2000,
  });
  return {
    async send(outgoing) {
      const begun = performance.now();
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), withinMs);
      try {
        const answer = await request(outgoing.url, {
          dispatcher: agent,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'Chancery', ...outgoing.headers },
          body: outgoing.body,
          signal: controller.signal,
        });
        const text = await beginningOf(answer.body);
        return sentOf(answer, text, performance.now() - begun);
      } catch (error) {
        const words = controller.signal.aborted
          ? `No answer within ${withinMs / 1000} s.`
          : errorWords(error);
        return { status: null, durationMs: rounded(begun), error: words, answer: null };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

function sentOf({ statusCode, headers }: Dispatcher.ResponseData, answer: string, durationMs: number): Sent {
  const given = headers['retry-after'];
  const retryAfterSeconds = retryAfterOf(Array.isArray(given) ? given[0] : given, Date.now());
  const told = { status: statusCode, durationMs: Math.round(durationMs), answer };
  const waits = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (statusCode >= 200 && statusCode < 300) return { ...told, error: null };
  const error =
    statusCode >= 300 && statusCode < 400
      ? `Redirects are not followed (${statusCode}); change the URL of the endpoint.`
      : `The receiver answered ${statusCode}.`;
  return { ...told, error, ...waits };
}

/** The status has been heard: what breaks while the rest is read, or does not come in time, changes it no more. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      kept.push(bytes);
      size += bytes.length;
      // Leaving ends the connection: the rest, perhaps endless, is not for us.
      if (size >= mostAnswerBytes) break;
    }
  } catch {
    // What came is the answer.
  }
  const text = new TextDecoder().decode(Buffer.concat(kept).subarray(0, mostAnswerBytes));
  // PostgreSQL keeps no NUL in a text.
  return text.replaceAll('\0', '\uFFFD');
}

function rounded(begun: number): number {
  return Math.round(performance.now() - begun);
}
