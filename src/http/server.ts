import fastifyAccepts from '@fastify/accepts';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { messageKinds, type MessageKind } from '#jobs/kinds.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { maskCodesInValue } from '#src/domain/masked-codes.ts';
import type { Arrival } from '#src/fulfillment/batch/accept-messages.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { accountRoutes } from '#src/http/accounts/accounts.ts';
import { moveAccountRoute } from '#src/http/accounts/move.ts';
import type { App } from '#src/http/app.ts';
import { auditRoute } from '#src/http/audit/audit.ts';
import { authenticate } from '#src/http/callers/authenticate.ts';
import { mayDo } from '#src/http/callers/caller.ts';
import { createIdentify } from '#src/http/callers/identify.ts';
import { catalogRoutes } from '#src/http/catalog/catalog.ts';
import { certificateRoutes } from '#src/http/certificates/certificates.ts';
import { deploymentKitRoute } from '#src/http/certificates/deployment-kit.ts';
import { jwksRoute } from '#src/http/certificates/jwks.ts';
import type { HttpContext } from '#src/http/context.ts';
import { addDocuments } from '#src/http/documents/documents.ts';
import { eventRoutes } from '#src/http/events/events.ts';
import { findRoute } from '#src/http/find/find.ts';
import { holdRoutes } from '#src/http/holds/holds.ts';
import { homeRoute } from '#src/http/home.ts';
import { limitRate, tooMany } from '#src/http/hooks/limit-rate.ts';
import { limitTime } from '#src/http/hooks/limit-time.ts';
import { logRequests } from '#src/http/hooks/log-requests.ts';
import { parseJson } from '#src/http/hooks/parse-json.ts';
import { serializerCompiler, validatorCompiler } from '#src/http/hooks/validation.ts';
import { mailRoutes } from '#src/http/mails/mails.ts';
import { createAccept } from '#src/http/messages/accept.ts';
import { messageReadRoutes } from '#src/http/messages/message-reads.ts';
import { postMessageRoute } from '#src/http/messages/message-routes.ts';
import { retryRoute } from '#src/http/messages/retry.ts';
import { probeRoutes } from '#src/http/probes.ts';
import { answerBrokenRequest } from '#src/http/problems/broken-request.ts';
import { handleProblems, sendProblem } from '#src/http/problems/problem-handling.ts';
import { ProblemError } from '#src/http/problems/problem.ts';
import { deliveryRoutes } from '#src/http/webhooks/deliveries.ts';
import { endpointRoutes } from '#src/http/webhooks/endpoints.ts';
import type { CodeSecret } from '#src/mail/code-secret.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { createHealth } from '#src/watch/health.ts';
import { createMetrics } from '#src/watch/metrics.ts';
import type { WorkMetrics } from '#src/watch/work-metrics.ts';
import { assetRoutes } from '#src/web/assets.ts';
import type { OidcSettings } from '#src/web/customers/company-sign-in.ts';
import { customerPages } from '#src/web/customers/customer-pages.ts';
import { portalPrefix } from '#src/web/customers/routes.ts';
import { limitGuesses } from '#src/web/guesses.ts';
import { operatorPages } from '#src/web/operators/operator-pages.ts';
import { operatorSessions } from '#src/web/operators/operator-session.ts';
import { knowBase, publicAddress } from '#src/web/public-address.ts';
import { sampleRoutes } from '#src/web/samples.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export interface AppOptions {
  readonly fulfillment: Fulfillment;
  /** Puts recorded messages on their queue. Never waited for: what it loses, the reconciler finds. */
  readonly enqueue: (kind: MessageKind, ids: readonly string[], again?: boolean) => Promise<void>;
  /** For Bull Board and metrics. */
  readonly queues: readonly OpenQueue[];
  /** Rejects when the queue server does not answer; may tell what is not as it should be. */
  readonly pingQueue: () => Promise<string | undefined>;
  /** The keys that certificates are checked against. */
  readonly certificates: { readonly jwks: () => Promise<PublicJwks> };
  readonly kit: HttpContext['kit'];
  readonly webhooks: HttpContext['webhooks'];
  /** Acts as the operator named `operator`. */
  readonly operatorApiKey?: string | undefined;
  /** Makes and checks the codes that customers sign in with. */
  readonly codeSecret: CodeSecret;
  /** The customers' own sign-in beside the codes. */
  readonly oidc?: OidcSettings | undefined;
  /** Per API key, and per address for callers without one; 0 is no limit. */
  readonly rateLimitPerMinute: number;
  readonly environmentName: string;
  /** PUBLIC_URL and TRUSTED_PROXIES. */
  readonly publicUrl?: string | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  /** Who may read `/metrics`; everybody by default. */
  readonly metricsAccess?: 'open' | 'operator';
  /** Whether events are put on a queue of outcomes. */
  readonly outcomes?: boolean;
  /** What this process does beside answering, for its metrics. */
  readonly work?: WorkMetrics | undefined;
  readonly logger: FastifyBaseLogger;
  /** Whether the process was told to stop. */
  readonly draining?: () => boolean;
  /** A sentence when the process is alive but gets nothing done. */
  readonly stuck?: () => string | undefined;
  /** A sentence when what was accepted is not decided, by whomever. */
  readonly owed?: () => string | undefined;
  /** A request that takes longer is answered 503. 20 s by default. */
  readonly answeredWithinMs?: number;
  /** A body that takes longer is answered 408, and its connection ends. 30 s by default. */
  readonly bodyWithinMs?: number;
}

const megabyte = 1024 * 1024;

/** A body of 1 MiB over a slow line. */
const slowestBodyMs = 30_000;

/** Longer than the pool waits for a connection. */
const answeredWithinMs = 20_000;

/** The HTTP application, apart from listening: `close()` waits for what is being recorded. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { fulfillment, logger, environmentName, queues, pingQueue } = options;
  const { draining = () => false, stuck = () => undefined, owed = () => undefined } = options;
  const { database } = fulfillment;
  const address = publicAddress(options);
  const bodyWithinMs = options.bodyWithinMs ?? slowestBodyMs;
  const app: App = fastify({
    // A little later than our own answer; for what our hooks do not see: slow headers, and what comes after an answer.
    requestTimeout: bodyWithinMs + 1000,
    http: { headersTimeout: bodyWithinMs, connectionsCheckingInterval: Math.min(bodyWithinMs, 5000) },
    clientErrorHandler: answerBrokenRequest,
    rewriteUrl: (request) => address.rewriteUrl(request),
    trustProxy: (proxy) => address.trusted.has(proxy),
    loggerInstance: logger,
    // Addresses may hold codes: our own hook writes the line.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => newId(),
    bodyLimit: megabyte,
    // A job's id on the board may be long.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 5000 },
    frameworkErrors: (_, request, reply) => {
      const detail = 'The address cannot be understood.';
      void sendProblem(request, reply, new ProblemError(400, 'INVALID_QUERY', detail));
    },
  });
  const health = createHealth({ role: 'api', database, pingQueue, draining, stuck, owed });
  const metrics = createMetrics({ database, queues, health, outcomes: options.outcomes, work: options.work });
  const identify = createIdentify(database, options.operatorApiKey);
  const intake = createAccept({ fulfillment, enqueue: options.enqueue, log: logger, metrics });
  const wakeAgain: HttpContext['wakeAgain'] = (kind, id) =>
    void options
      .enqueue(kind, [id], true)
      .catch((error: unknown) =>
        logger.warn({ err: error, kind }, 'the reconciler will enqueue a retried message'),
      );
  const { kit, webhooks } = options;
  const { jwks } = options.certificates;
  const context: HttpContext = { fulfillment, intake, wakeAgain, jwks, kit, webhooks };
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  parseJson(app);
  logRequests(app, metrics);
  limitTime(app, { answeredWithinMs: options.answeredWithinMs ?? answeredWithinMs, bodyWithinMs });
  handleProblems(app);
  knowBase(app, address);
  app.addHook('onRequest', (_, reply, done) => {
    void reply.header('x-content-type-options', 'nosniff');
    done();
  });
  await app.register(fastifyAccepts);
  await app.register(rateLimit, { global: false, errorResponseBuilder: tooMany });
  authenticate(app, identify, limitGuesses(app, wrongKeysPerMinute));
  app.addHook('onClose', () => intake.idle());

  await addDocuments(app, environmentName);
  await app.register(
    async (v1) => {
      const routes: App = v1.withTypeProvider();
      routes.addHook('onRequest', async (_, reply) => void reply.header('cache-control', 'no-store'));
      maskForViewers(routes);
      limitRate(routes, options.rateLimitPerMinute);
      for (const kind of messageKinds) {
        postMessageRoute(routes, context, kind);
        messageReadRoutes(routes, context, kind);
        retryRoute(routes, context, kind);
      }
      accountRoutes(routes, context);
      moveAccountRoute(routes, context);
      catalogRoutes(routes, context);
      certificateRoutes(routes, context);
      deploymentKitRoute(routes, context);
      holdRoutes(routes, context);
      findRoute(routes, context);
      eventRoutes(routes, context, options.publicUrl);
      mailRoutes(routes, context);
      auditRoute(routes, context);
      endpointRoutes(routes, context);
      deliveryRoutes(routes, context);
    },
    { prefix: '/v1' },
  );
  homeRoute(app);
  jwksRoute(app, context);
  assetRoutes(app);
  sampleRoutes(app);
  probeRoutes(app, health, metrics, options.metricsAccess);
  await app.register(async (ops) => {
    await operatorPages(ops, {
      database,
      queues,
      environmentName,
      desk: {
        fulfillment,
        environmentName,
        log: logger,
        queues,
        wake: options.enqueue,
        webhooks,
        keepsAdmin: options.operatorApiKey === undefined,
      },
      operatorKey: (name) => identify.operatorKey(name),
      publicUrl: options.publicUrl,
      sessions: operatorSessions(database, (name) => identify.operatorKey(name)),
      guesses: limitGuesses(ops, wrongOperatorKeysPerMinute),
      holderOf: (key) => identify.byKey(key),
      refuse: (request, reply, status, detail, retryAfterSeconds) => {
        const more = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
        return sendProblem(request, reply, new ProblemError(status, refusalCodes[status], detail, more));
      },
    });
  });
  const forCustomers = {
    fulfillment,
    accept: (arrival: Arrival) => intake.submit(arrival),
    codeSecret: options.codeSecret,
    oidc: options.oidc,
    publicUrl: options.publicUrl,
    log: logger,
    kit: (key: string) => kit({ id: key }),
  };
  await app.register((portal) => customerPages(portal, forCustomers), { prefix: portalPrefix });
  return app;
}

const refusalCodes = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'TOO_MANY_REQUESTS',
} as const;

/** Wrong keys from one address: a program that was set up wrongly shall hear what is wrong, and a guesser get nowhere. */
const wrongKeysPerMinute = 100;
const wrongOperatorKeysPerMinute = 10;

/** An operator whose role only sees, sees no code in full, whatever the call. */
function maskForViewers(app: App): void {
  app.addHook('preSerialization', async ({ caller }, _, payload: unknown) =>
    caller && !mayDo(caller, 'decider') ? maskCodesInValue(payload) : payload,
  );
}
