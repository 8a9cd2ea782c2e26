import { oidcOf, publicUrlOf } from '#src/configuration.ts';
import { deploymentKit } from '#src/fulfillment/looking/deployment-kit.ts';
import { buildApp } from '#src/http/server.ts';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { reachable, type Listening } from '#src/process/listening.ts';
import type { System } from '#src/process/system.ts';
import { watchOwed } from '#workers/owed-standstill.ts';

/** Between two looks whether anything is decided. */
const countingIntervalMs = 10_000;

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
  const { configuration, database, fulfillment, queues, jwks, signingKey, log } = system;
  let reached = publicUrlOf(configuration);
  const owed = watchOwed(database, queues);
  const counting = setInterval(() => void owed.count(), countingIntervalMs);
  const app = await buildApp({
    fulfillment,
    enqueue: (kind, ids, again) => queues.enqueueRecorded(kind, ids, again),
    queues: Object.values(queues.all),
    pingQueue: () => queues.ping(),
    certificates: { jwks },
    kit: (key, account) => deploymentKit(fulfillment, { signingKey, publicUrl: () => reached }, key, account),
    webhooks: system.webhooks,
    codeSecret: createCodeSecret(Buffer.from(system.signingKey.seed, 'base64url')),
    oidc: oidcOf(configuration),
    operatorApiKey: configuration.operatorApiKey,
    rateLimitPerMinute: configuration.rateLimitPerMinute,
    environmentName: configuration.environmentName,
    publicUrl: configuration.publicUrl,
    outcomes: system.outcomes !== undefined,
    trustedProxies: configuration.trustedProxies,
    metricsAccess: configuration.metricsAccess,
    work: system.work,
    logger: log,
    draining,
    stuck,
    owed: () => owed.standstill(),
  });
  const close = async () => {
    clearInterval(counting);
    await app.close();
  };
  try {
    const address = await app.listen({ host: configuration.httpHost, port: configuration.httpPort });
    if (configuration.publicUrl === undefined) reached = reachable(address);
    return { url: reachable(address), close };
  } catch (error) {
    await close();
    throw error;
  }
}
