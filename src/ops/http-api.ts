import { buildApp } from '#src/intake/http/build-app.ts';
import type { System } from '#src/ops/system.ts';

export interface Listening {
  /** `http://127.0.0.1:8080`: as this machine reaches it. */
  readonly url: string;
  /** Takes no new requests and finishes those under way. */
  close(): Promise<void>;
}

/**
 * Starts the HTTP API with documentation, probes and dashboard.
 * @param draining whether the process was told to stop
 * @param stuck a sentence when the workers of this process, if it has some, get nothing done
 */
export async function listenHttp(
  system: System,
  draining: () => boolean,
  stuck: () => string | undefined = () => undefined,
): Promise<Listening> {
  const { configuration, fulfillment, queues, jwks, log } = system;
  const app = await buildApp({
    fulfillment,
    enqueue: (kind, ids) => queues.enqueueRecorded(kind, ids),
    queues: Object.values(queues.all),
    pingQueue: () => queues.ping(),
    certificates: { jwks },
    operatorApiKey: configuration.operatorApiKey,
    rateLimitPerMinute: configuration.rateLimitPerMinute,
    environmentName: configuration.environmentName,
    logger: log,
    draining,
    stuck,
  });
  try {
    const address = await app.listen({ host: configuration.httpHost, port: configuration.httpPort });
    return { url: reachable(address), close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** An address that means "every one of this machine" is none that a browser opens. */
export function reachable(address: string): string {
  const url = new URL(address);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
  return url.origin;
}
