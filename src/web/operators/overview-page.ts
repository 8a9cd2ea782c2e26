import { kinds, messageKinds } from '#jobs/kinds.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import { reading } from '#src/persistence/database.ts';
import { deskCounts, mostCounted, type DeskCounts } from '#src/persistence/desk-counts.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';
import { messageStatuses } from '#src/persistence/messages.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { may, type Desk } from '#src/web/operators/desk.ts';
import { messageLink, tableOf, when } from '#src/web/operators/shown.ts';

const dayMs = 86_400_000;

/** The rest of the page does not wait longer for the queue server. */
const queueAnswersWithinMs = 1500;

/** `/ops`: what needs a person, and what the last day brought. */
export function overviewPages(routes: DeskRoutes, desk: Desk): void {
  routes.get('/ops', async (visit) => {
    const since = new Date(Date.now() - dayMs).toISOString();
    const [counts, { failedJobs, paused }] = await Promise.all([
      deskCounts(reading(desk.fulfillment.database), leastIdOf(since)),
      lookAtQueues(desk),
    ]);
    const { holds, rejected, open, failedMails, untold, failingEndpoints, oldestOpen, lastDay } = counts;
    const endpoints = may(visit, 'admin') ? '/ops/endpoints' : undefined;
    return {
      page: deskPage(visit, {
        title: 'Overview',
        content: html`<h1>Overview</h1>
          ${
            paused.length > 0 &&
            html`<div class="notice">
              <p>
                Paused on the <a href="/ops/queues">dashboard</a>: ${paused.join(', ')}. What they are for
                waits.
              </p>
            </div>`
          }
          ${
            failingEndpoints > 0 &&
            html`<div class="notice">
              <p>
                ${endpoints === undefined ? 'Webhook endpoints' : html`<a href="${endpoints}">Webhook endpoints</a>`}
                that answer no attempt: ${failingEndpoints}. What they miss is tried again for three days.
              </p>
            </div>`
          }
          <h2>What needs a person</h2>
          <ul class="counts">
            ${count('/ops/holds', holds, 'holds')} ${count('/ops/rejected', rejected, 'rejected messages')}
            ${count('/ops/queues', failedJobs ?? 'unknown', 'failed jobs')}
            ${count('/ops/mails?status=failed', failedMails, 'undelivered mails')}
            ${count(endpoints, untold, 'undelivered outcomes')}
            ${count('/ops/messages?status=accepted', open, 'open messages')}
          </ul>
          <p>
            ${
              oldestOpen
                ? html`The oldest open message was accepted ${when(oldestOpen.acceptedAt)} UTC:
                  ${messageLink(oldestOpen.id, oldestOpen.id)}.`
                : 'No message is open.'
            }
          </p>
          <h2>What the last day brought</h2>
          ${lastDayShown(lastDay, since.slice(0, 10))}`,
      }),
    };
  });
}

/** Messages by kind and status; each count leads to its list. */
function lastDayShown(lastDay: DeskCounts['lastDay'], from: string): Html {
  const of = (kind: string, status: string) =>
    lastDay.find((one) => one.kind === kind && one.status === status)?.count ?? 0;
  return tableOf({
    caption: 'Messages of the last day by kind and status',
    head: ['Kind', ...messageStatuses],
    rows: messageKinds
      .filter((kind) => lastDay.some((one) => one.kind === kind))
      .map((kind) => [
        kinds[kind].noun,
        ...messageStatuses.map((status) => {
          const known = of(kind, status);
          const query = `kind=${kind}&status=${status}&from=${from}`;
          return known === 0 ? '' : html`<a href="/ops/messages?${query}">${shown(known)}</a>`;
        }),
      ]),
    none: 'No messages.',
  });
}

/** @param href undefined: the list is not for this operator */
function count(href: string | undefined, value: number | string, text: string): Html {
  const content = html`<b>${typeof value === 'number' ? shown(value) : value}</b> ${text}`;
  return html`<li ${value !== 0 && { html: 'class="waits"' }}>
    ${href === undefined ? content : html`<a href="${href}">${content}</a>`}
  </li>`;
}

function shown(value: number): string {
  return value >= mostCounted ? `${mostCounted}+` : String(value);
}

interface QueuesSeen {
  /** Undefined while the queue server is away. */
  readonly failedJobs: number | undefined;
  /** Names of queues that somebody paused. */
  readonly paused: readonly string[];
}

async function lookAtQueues({ queues }: Desk): Promise<QueuesSeen> {
  const unknown = { failedJobs: undefined, paused: [] };
  let seen: QueuesSeen = unknown;
  const look = async () => {
    const [counts, paused] = await Promise.all([
      Promise.all(queues.map((queue) => queue.getJobCounts('failed'))),
      Promise.all(queues.map(async (queue) => ((await queue.isPaused()) ? [queue.name] : []))),
    ]);
    seen = { failedJobs: counts.reduce((sum, { failed = 0 }) => sum + failed, 0), paused: paused.flat() };
  };
  try {
    return (await withinDeadline(look(), queueAnswersWithinMs)) ? seen : unknown;
  } catch {
    // The queue server is away: the page says that it is not known, and the rest of it is.
    return unknown;
  }
}
