import { kinds, messageKinds } from '#jobs/kinds.ts';
import { unmasked } from '#src/domain/unmasked.ts';
import { replayRejected } from '#src/fulfillment/batch/replay-rejected.ts';
import { setAside } from '#src/fulfillment/batch/set-aside.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { shortened } from '#src/mechanisms/printable.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findRejectedMessages,
  findWholeRejectedMessage,
  type RejectedMessageRow,
} from '#src/persistence/rejected-messages.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { reasonField, reasonOf } from '#src/web/operators/reason-field.ts';
import { jsonShown, messageLink, pairs, plain, tableOf, when } from '#src/web/operators/shown.ts';

const path = '/ops/rejected';
const perPage = 50;

/** A person corrects these first. */
const mostFaults = 100;

/** `/ops/rejected`: what came by a queue and could not be accepted. */
export function rejectedPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  routes.get(path, async (visit) => {
    const filters = filtersOf(visit.query, ['all']);
    const typed = visit.query.get('after') ?? '';
    const after = uuidShape.test(typed) ? typed : undefined;
    const all = filters['all'] !== undefined;
    const found = await findRejectedMessages(reading(fulfillment.database), perPage + 1, all, after);
    const rows = found.slice(0, perPage);
    const next = found.length > perPage ? (rows.at(-1)?.id ?? null) : null;
    return {
      page: deskPage(visit, {
        title: 'Rejected messages',
        content: html`<h1>Rejected messages</h1>
          <p>What came by a queue and could not be accepted, the latest first.</p>
          <ul class="jumps">
            <li>
              ${all ? html`<a href="${path}">Those that wait</a>` : html`<a href="${path}?all=yes">Also those that were replayed or set aside</a>`}
            </li>
          </ul>
          ${tableOf({
            caption: 'Rejected messages',
            head: ['Code', 'Number', 'What it was', 'Why', 'Times', 'Last (UTC)', ...(all ? ['Now'] : [])],
            rows: rows.map((one) => [
              html`<a href="${path}/${one.id}">${one.code}</a>`,
              plain(one.number),
              html`<span class="short">${nounOf(one.queue)}</span>`,
              plain(shortened(one.message, 300)),
              one.count,
              when(one.lastAt),
              ...(all ? [stateOf(one)] : []),
            ]),
            none: all ? 'None came yet.' : 'None waits.',
          })}
          ${pageLinks(path, filters, after, next)}`,
      }),
    };
  });
  routes.get(`${path}/:id`, (visit) => show(desk, visit, [], undefined));
  routes.post(`${path}/:id/replay`, 'decider', (visit) => replay(desk, visit));
  routes.post(`${path}/:id/set-aside`, 'decider', async (visit) => {
    const { reason, faults } = reasonOf(visit);
    if (faults.length > 0) return show(desk, visit, faults, undefined);
    const by = byOf(visit);
    const id = idOf(visit);
    if (uuidShape.test(id) && (await setAside(fulfillment.database, id, { by, reason }))) return { go: path };
    const message = 'It does not wait any more: it was replayed or set aside before.';
    return show(desk, visit, [{ field: 'reason', message }], undefined);
  });
}

async function replay(desk: Desk, visit: DeskVisit): Promise<DeskAnswer> {
  const { fulfillment, wake, log } = desk;
  const id = idOf(visit);
  const row = uuidShape.test(id)
    ? await findWholeRejectedMessage(reading(fulfillment.database), id)
    : undefined;
  if (!row) return notThere(visit, 'rejected message');
  const typed = visit.form.text('content');
  const refuse = (faults: readonly Fault[]) => show(desk, visit, faults, typed);
  let corrected: unknown;
  try {
    corrected = unmasked(JSON.parse(typed), row.content);
  } catch {
    // What a person typed is no JSON: the page says so.
    return refuse([
      { field: 'corrected', message: 'The content is not valid JSON: compare brackets and commas.' },
    ]);
  }
  const replayed = await replayRejected(
    fulfillment,
    id,
    visit.operator.name,
    async (kind, ids) => {
      await wake(kind, ids).catch((error: unknown) =>
        log.warn({ err: error, kind }, 'the reconciler will enqueue a replayed message'),
      );
    },
    corrected,
  );
  if (replayed.outcome === 'unknown') return notThere(visit, 'rejected message');
  if (replayed.outcome !== 'refused') return { go: `/ops/messages/${replayed.id}` };
  return refuse([
    { field: 'corrected', message: `${replayed.message} (${replayed.code})` },
    ...replayed.errors.map((error) => ({
      field: 'corrected',
      message: plain(`${error.path} ${error.message}`),
    })),
  ]);
}

function idOf({ request }: DeskVisit): string {
  return /^\/ops\/rejected\/([0-9a-f-]{36})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

function stateOf({ replayedAt, setAsideAt }: RejectedMessageRow): string {
  return setAsideAt !== null ? 'set aside' : replayedAt !== null ? 'replayed' : 'waits';
}

/** A text in which the ids of messages are links. */
function linked(text: string): Html {
  return html`${plain(text)
    .split(/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/)
    .map((part, i) => (i % 2 === 1 ? messageLink(part, part) : html`${part}`))}`;
}

function nounOf(queue: string): string {
  const kind = messageKinds.find((candidate) => kinds[candidate].queue === queue);
  return kind === undefined ? plain(queue) : kinds[kind].noun;
}

async function show(
  { fulfillment }: Desk,
  visit: DeskVisit,
  faults: readonly Fault[],
  typed: string | undefined,
): Promise<DeskAnswer> {
  const id = idOf(visit);
  const row = uuidShape.test(id)
    ? await findWholeRejectedMessage(reading(fulfillment.database), id)
    : undefined;
  if (!row) return notThere(visit, 'rejected message');
  const isWaiting = row.replayedAt === null && row.setAsideAt === null;
  const content = jsonShown(row.content, 2);
  const page = deskPage(visit, {
    title: `Rejected ${nounOf(row.queue)}`,
    faults,
    content: html`<h1>Rejected ${nounOf(row.queue)} ${plain(row.number)}</h1>
      <div class="notice">
        <p><b>${row.code}</b><br />${linked(shortened(row.message, 2000))}</p>
      </div>
      ${pairs([
        ['Queue', plain(row.queue)],
        ['Job name', plain(row.jobName)],
        ['Times', row.count],
        ['First', html`${when(row.firstAt)} UTC`],
        ['Last', html`${when(row.lastAt)} UTC`],
        ['Replayed', row.replayedAt === null ? undefined : html`${when(row.replayedAt)} UTC`],
        [
          'Set aside',
          row.setAsideAt === null
            ? undefined
            : html`${when(row.setAsideAt)} UTC by ${plain(row.setAsideBy)}: ${plain(row.setAsideReason)}`,
        ],
      ])}
      <ul class="jumps">
        <li><a href="/ops/audit?subject=${id}">What persons did about it</a></li>
      </ul>
      <div class="beside">
        <div>
          <h2>Content</h2>
          ${
            isWaiting && may(visit, 'decider')
              ? form(
                  `${path}/${id}/replay`,
                  html`<div class="field">
                      <label for="corrected">Corrected content</label>
                      <p class="hint" id="corrected-hint">
                        Codes are masked; one that is left masked stays what it was.
                      </p>
                      <textarea
                        id="corrected"
                        name="content"
                        rows="20"
                        spellcheck="false"
                        aria-describedby="corrected-hint"
                      >
${typed ?? content}</textarea>
                    </div>
                    ${button('Replay')}`,
                )
              : html`<pre>${content}</pre>`
          }
        </div>
        <div>
          <h2>${typed === undefined ? 'Faults' : 'Faults of what came'}</h2>
          ${tableOf({
            caption: 'Faults',
            head: ['Where', 'What'],
            rows: row.errors.slice(0, mostFaults).map((error) => [plain(error.path), plain(error.message)]),
            none: 'No field is at fault.',
          })}
          ${
            isWaiting &&
            may(visit, 'decider') &&
            html`<div class="sheet">
              <h2>Nobody will replay it</h2>
              ${form(`${path}/${id}/set-aside`, html`${reasonField(faults, visit.form.text('reason'))} ${button('Set aside', 'second')}`)}
            </div>`
          }
        </div>
      </div>`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}
