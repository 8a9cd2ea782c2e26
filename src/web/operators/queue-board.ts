import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createBullBoard } from '@bull-board/api';
import type { BeforeHookResult, BullBoardRequest, QueueJobJson, UIConfig } from '@bull-board/api/typings/app';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { sharedSecret } from '#src/persistence/shared-secrets.ts';
import { colours } from '#src/web/emblem.ts';
import { withoutRefusedItems } from '#src/web/operators/board-menus.ts';
import { createJobIds, type JobIds } from '#src/web/operators/job-ids.ts';
import { MaskedQueue } from '#src/web/operators/shown-job.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

const queueBoardPath = '/ops/queues';

export interface QueueBoardOptions {
  readonly database: Database;
  readonly queues: readonly OpenQueue[];
  readonly environmentName: string;
}

/**
 * What operators may do on the board beside looking: run failed jobs again, let delayed ones go now, remove ended ones, pause. Adding,
 * editing and obliterating would go around the intake.
 */
const allowedChanges = new Set([
  '/api/queues/pause',
  '/api/queues/resume',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/clean/:queueStatus',
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/:jobId/clean',
]);

/** Adds Bull Board. Who may come in is the caller's business; that no code goes out is assured here, for every response. */
export async function addQueueBoard(app: FastifyInstance, options: QueueBoardOptions): Promise<void> {
  let known: JobIds | undefined;
  const ids = async () => {
    known ??= createJobIds(await sharedSecret(reading(options.database), 'job ids of the queue board'));
    return known;
  };
  const server = new FastifyAdapter().setBasePath(queueBoardPath);
  createBullBoard({
    queues: options.queues.map((queue) => adapterOf(queue, ids)),
    serverAdapter: server,
    options: {
      handlerHooks: { before: ({ method, route, request }) => mayHappen(method, route, request) },
      uiConfig: uiConfigOf(options.environmentName),
    },
  });
  // Formatters reach neither failure reasons, stack traces, logs and options, nor what the board says of an error of its own.
  app.addHook('onSend', async (request, reply, payload) => {
    if (isScript(request.url) && payload instanceof Readable) {
      const script = withoutRefusedItems(await text(payload));
      void reply.header('content-length', Buffer.byteLength(script));
      return script;
    }
    if (typeof payload !== 'string') return payload;
    const shown = request.url.startsWith(`${queueBoardPath}/api/`)
      ? maskedJson(payload)
      : payload.replace(foreignFonts, '');
    return below(request.base, shown);
  });
  await app.register(server.registerPlugin(), { prefix: queueBoardPath });
}

function isScript(url: string): boolean {
  return url.startsWith(`${queueBoardPath}/static/`) && /\.js(?:\?|$)/.test(url);
}

/** The board knows one path for all; behind a proxy the browser sees us below another. */
function below(base: string, page: string): string {
  return base === ''
    ? page
    : page.replaceAll(
        /(["'])(?=\/(?:ops["']|ops\/(?:queues|messages\/|emblem|logout)|docs["']))/g,
        `$1${base}`,
      );
}

/** The board's page asks another site for its fonts, which the content security policy forbids. */
const foreignFonts = /<link href="https:[^>]*>/;

function maskedJson(json: string): string {
  const value = parsedJson(json);
  return value === undefined ? maskCodesIn(json) : JSON.stringify(maskCodesInValue(value));
}

/** The board hides the button for completed jobs; here the server refuses it too, and every change that is not named above. */
async function mayHappen(
  method: string,
  route: string,
  request: BullBoardRequest,
): Promise<BeforeHookResult> {
  if (method === 'get') return { allow: true };
  if (!allowedChanges.has(route))
    return refused('This dashboard does not do that: the intake and the commands do.');
  const { queueName, jobId, queueStatus } = changeParams.parse(request.params);
  const rule = rules.find(({ of }) => route.includes(of));
  if (!rule) return { allow: true };
  const job = jobId === undefined ? undefined : await request.queues.get(queueName)?.getJob(jobId);
  const status = queueStatus ?? (await job?.getState()) ?? '';
  return rule.allowed.includes(status) ? { allow: true } : refused(rule.otherwise);
}

/** What is done to jobs of some states only. A job that has not ended may be an order that nobody has recorded yet. */
const rules = [
  { of: '/retry', allowed: ['failed'], otherwise: 'Only failed jobs are run again.' },
  {
    of: '/clean',
    allowed: ['completed', 'failed'],
    otherwise:
      'Only jobs that have ended are removed: one that waits may be an order that nobody has recorded.',
  },
];

const changeParams = z.object({
  queueName: z.string().default(''),
  jobId: z.string().optional(),
  queueStatus: z.string().optional(),
});

function refused(message: string): BeforeHookResult {
  return { allow: false, status: 403, message };
}

function adapterOf(queue: OpenQueue, ids: () => Promise<JobIds>): MaskedQueue {
  const settings = {
    allowRetries: true,
    allowCompletedRetries: false,
    externalJobUrl: ({ data, returnvalue }: QueueJobJson) => linkOf(data, returnvalue),
  };
  // oxlint-disable-next-line typescript/consistent-type-assertions -- its declared parameter is a queue on Redis; it takes those on PostgreSQL as well
  const adapter = new MaskedQueue(queue as ConstructorParameters<typeof MaskedQueue>[0], settings);
  return adapter.showIdsBy(ids);
}

/** Our jobs name a recorded message; what became of a producer's message is in the job's result. */
const named = z.object({ recorded: z.uuid().optional(), id: z.uuid().optional() });

/** A link to the page of a job's message, once it is known. */
function linkOf(data: unknown, returned: unknown): { displayText: string; href: string } {
  const id = idIn(data) ?? idIn(returned);
  return id === undefined
    ? { displayText: '', href: '' }
    : { displayText: 'Open in Chancery', href: `/ops/messages/${id}` };
}

function idIn(value: unknown): string | undefined {
  const parsed = named.safeParse(typeof value === 'string' ? parsedJson(value) : value);
  return parsed.data?.recorded ?? parsed.data?.id;
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not JSON: then it names no message, which is the answer.
    return undefined;
  }
}

function uiConfigOf(environmentName: string): UIConfig {
  const theme = {
    primary: colours.ink,
    'primary-foreground': '#ffffff',
    ring: colours.gold,
    sidebar: colours.ink,
    'sidebar-foreground': '#e9dfc4',
    'sidebar-primary': colours.gold,
    'sidebar-primary-foreground': '#ffffff',
    'sidebar-accent': '#22345a',
    'sidebar-accent-foreground': '#ffffff',
    'sidebar-state-hover': '#22345a',
    'sidebar-state-selected': '#2b4070',
    'sidebar-state-selected-hover': '#2b4070',
    'sidebar-state-selected-foreground': '#ffffff',
    'sidebar-border': '#2a3a5e',
    'sidebar-ring': colours.gold,
    'font-sans': "system-ui, 'Segoe UI', Roboto, sans-serif",
    'font-mono': "ui-monospace, 'DejaVu Sans Mono', monospace",
  };
  return {
    boardTitle: 'Chancery',
    boardLogo: { path: '/ops/emblem.svg', width: 30, height: 30 },
    favIcon: { default: '/ops/emblem.svg', alternative: '/ops/emblem.svg' },
    environment: { label: environmentName, color: colours.gold, textColor: '#ffffff' },
    miscLinks: [
      { text: 'Desk', url: '/ops' },
      { text: 'API', url: '/docs' },
      { text: 'Sign out', url: '/ops/logout' },
    ],
    hideDocsLink: true,
    theme: { light: theme, dark: { ...theme, primary: colours.gold } },
  };
}
