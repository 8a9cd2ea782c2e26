import { kinds, messageKinds } from '#jobs/kinds.ts';
import { unmasked } from '#src/domain/unmasked.ts';
import { replayRejected } from '#src/fulfillment/batch/replay-rejected.ts';
import { setAside } from '#src/fulfillment/batch/set-aside.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findRejectedMessages, findWholeRejectedMessage } from '#src/persistence/rejected-messages.ts';
import { button, form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { reasonField, reasonOf } from '#src/web/operators/reason-field.ts';
import { jsonShown, pairs, plain, tableOf, when } from '#src/web/operators/shown.ts';

const path = '/ops/rejected';
const most = 50;

/** `/ops/rejected`: what came by a queue and could not be accepted. */
export function rejectedPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  routes.get(path, async (visit) => {
    const found = await findRejectedMessages(reading(fulfillment.database), most);
    return {
      page: deskPage(visit, {
        title: 'Rejected messages',
        content: html`<h1>Rejected messages</h1>
          <p>
            What came by a queue and could not be accepted, the latest first; the latest ${most} are shown.
          </p>
          ${tableOf({
            caption: 'Rejected messages',
            head: ['Code', 'What it was', 'Why', 'Times', 'Last (UTC)'],
            rows: found.map((one) => [
              html`<a href="${path}/${one.id}">${one.code}</a>`,
              nounOf(one.queue),
              plain(one.message),
              one.count,
              when(one.lastAt),
            ]),
            none: 'Every message could be accepted.',
          })}`,
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
    content: html`<h1>Rejected ${nounOf(row.queue)}</h1>
      ${pairs([
        ['Code', row.code],
        ['Why', plain(row.message)],
        ['Queue', plain(row.queue)],
        ['Job name', plain(row.jobName)],
        ['Times', row.count],
        ['First', html`${when(row.firstAt)} UTC`],
        ['Last', html`${when(row.lastAt)} UTC`],
        ['Replayed', row.replayedAt === null ? undefined : html`${when(row.replayedAt)} UTC`],
        ['Set aside', row.setAsideAt === null ? undefined : html`${when(row.setAsideAt)} UTC`],
      ])}
      <h2>Faults</h2>
      ${tableOf({
        caption: 'Faults',
        head: ['Where', 'What'],
        rows: row.errors.map((error) => [plain(error.path), plain(error.message)]),
        none: 'No field is at fault.',
      })}
      <h2>Content</h2>
      ${
        isWaiting && may(visit, 'decider')
          ? html`${form(
                `${path}/${id}/replay`,
                html`<div class="field">
                    <label for="corrected">Corrected content</label>
                    <p class="hint" id="corrected-hint">
                      Codes are masked; one that is left masked stays what it was.
                    </p>
                    <textarea
                      id="corrected"
                      name="content"
                      rows="18"
                      spellcheck="false"
                      aria-describedby="corrected-hint"
                    >
${typed ?? content}</textarea>
                  </div>
                  ${button('Replay')}`,
              )}
              <div class="sheet">
                <h2>Nobody will replay it</h2>
                ${form(`${path}/${id}/set-aside`, html`${reasonField(faults)} ${button('Set aside', 'second')}`)}
              </div>`
          : html`<pre>${content}</pre>`
      }`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}
