import { decideHold, type HoldDecision, type HoldEnding } from '#src/fulfillment/batch/decide-hold.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findHold, findOpenHolds, type HoldRow } from '#src/persistence/holds.ts';
import { findMessages } from '#src/persistence/messages.ts';
import { form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import {
  candidatesOf,
  decideButtons,
  holdPage,
  idOf,
  keptCodes,
  path,
} from '#src/web/operators/hold-page.ts';
import { reasonField, reasonOf } from '#src/web/operators/reason-field.ts';
import { accountLink, messageLink, plain, tableOf, when } from '#src/web/operators/shown.ts';

const mostListed = 200;
const mostAtOnce = 100;

/** `/ops/holds`: what waits for a person, by code, oldest first. */
export function holdPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  routes.get(path, (visit) => listPage(desk, visit, []));
  routes.post(path, 'decider', async (visit) => {
    const ids = tickedIn(visit);
    const { reason, faults } = reasonOf(visit);
    const decision = decisionOf(visit);
    const all = [
      ...(ids.length === 0 ? [{ field: 'holds', message: 'Tick at least one hold.' }] : []),
      ...(ids.length > mostAtOnce
        ? [
            {
              field: 'holds',
              message: `Tick ${mostAtOnce} holds at most: ${ids.length} are ticked. None was decided.`,
            },
          ]
        : []),
      ...faults,
    ];
    if (all.length > 0 || decision === undefined) return listPage(desk, visit, all);
    const rows = [];
    for (const id of ids) rows.push(await decideOne(desk, visit, id, decision, reason));
    return { page: resultPage(visit, rows) };
  });
  routes.get(`${path}/:id`, (visit) => holdPage(desk, visit, []));
  routes.post(`${path}/:id`, 'decider', async (visit) => {
    const id = idOf(visit);
    const hold = uuidShape.test(id) ? await findHold(reading(fulfillment.database), id) : undefined;
    if (!hold) return notThere(visit, 'hold');
    const { reason, faults } = reasonOf(visit);
    const decision = decisionOf(visit);
    if (faults.length > 0 || decision === undefined) return holdPage(desk, visit, faults);
    const keep = decision === 'approved' ? await keptCodes(desk, hold, visit.form.text('keep')) : [];
    const despiteNewer = visit.form.has('despiteNewer');
    const ending = await decideHold(fulfillment, id, {
      decision,
      by: visit.operator.name,
      reason,
      keep,
      despiteNewer,
    });
    if (ending.outcome === 'decided') return { go: `/ops/messages/${ending.hold.message}` };
    if (ending.outcome === 'unknown') return notThere(visit, 'hold');
    const field = ending.outcome === 'unfit' && candidatesOf(hold).length > 0 ? 'keep' : 'reason';
    return holdPage(desk, visit, [{ field, message: toldOf(ending) }], ending.outcome === 'newer');
  });
}

function decisionOf({ form: sent }: DeskVisit): HoldDecision['decision'] | undefined {
  return (['approved', 'rejected'] as const).find((one) => one === sent.text('decision'));
}

/** Ids of the holds whose boxes came ticked. */
function tickedIn({ form: sent }: DeskVisit): readonly string[] {
  const named = sent
    .entries()
    .flatMap(([name]) => (name.startsWith('hold-') ? [name.slice('hold-'.length)] : []));
  return [...new Set(named)];
}

interface Result {
  readonly id: string;
  readonly hold: HoldRow | undefined;
  readonly told: string;
}

async function decideOne(
  { fulfillment, log }: Desk,
  visit: DeskVisit,
  id: string,
  decision: HoldDecision['decision'],
  reason: string,
): Promise<Result> {
  if (!uuidShape.test(id)) return { id, hold: undefined, told: 'There is no such hold.' };
  try {
    const ending = await decideHold(fulfillment, id, { decision, by: visit.operator.name, reason, keep: [] });
    const hold = await findHold(reading(fulfillment.database), id);
    return { id, hold, told: toldOf(ending) };
  } catch (error) {
    log.error({ err: error, hold: id }, 'a hold could not be decided');
    return { id, hold: undefined, told: 'It could not be decided just now, and still waits.' };
  }
}

/** What became of a decision, in words. */
function toldOf(ending: HoldEnding): string {
  switch (ending.outcome) {
    case 'decided':
      return ending.hold.decision === 'approved' ? 'Approved.' : 'Rejected.';
    case 'unknown':
      return 'There is no such hold.';
    case 'already-decided': {
      const { decision, decidedBy, decidedAt } = ending.hold;
      const at = decidedAt === null ? '' : ` at ${new Date(decidedAt).toISOString()}`;
      return `It was ${decision ?? 'decided'} by ${decidedBy ?? 'somebody'}${at} already.`;
    }
    case 'newer':
      return `It still waits: ${ending.newer.number} was accepted later and has set what this approval would change.`;
    case 'unfit':
      return ending.code === 'KEEP_NEEDED'
        ? 'It still waits: open it and choose which license is kept.'
        : `It still waits: ${ending.message}`;
  }
}

async function listPage(
  { fulfillment }: Desk,
  visit: DeskVisit,
  faults: readonly Fault[],
): Promise<DeskAnswer> {
  const tx = reading(fulfillment.database);
  const holds = await findOpenHolds(tx, mostListed);
  const byCode = [...Map.groupBy(holds, ({ code }) => code)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const accounts = new Map(
    (
      await findMessages(
        tx,
        holds.map(({ message }) => message),
      )
    ).map((message) => [message.id, message.account]),
  );
  const ticked = new Set(tickedIn(visit));
  const mayDecide = may(visit, 'decider');
  const tick = ({ id, reference }: HoldRow): Html =>
    html`<input
      type="checkbox"
      name="hold-${id}"
      value="yes"
      aria-label="Decide ${plain(reference)}"
      ${ticked.has(id) && { html: 'checked' }}
    />`;
  const tables = byCode.map(
    ([code, ofCode]) =>
      html`<h2>${code} <span class="muted">${ofCode.length}</span></h2>
        ${tableOf({
          caption: `Holds of ${code}, oldest first`,
          head: [
            'Hold',
            'Why',
            'Reseller',
            'Account',
            'Message',
            'Since (UTC)',
            ...(mayDecide ? ['Decide'] : []),
          ],
          rows: ofCode.map((hold) => [
            html`<a id="hold-${hold.id}" href="${path}/${hold.id}">${plain(hold.reference)}</a>`,
            plain(hold.text),
            hold.reseller,
            accountLink(accounts.get(hold.message)),
            messageLink(hold.message, hold.kind),
            when(hold.heldAt),
            ...(mayDecide ? [tick(hold)] : []),
          ]),
          none: '',
        })}`,
  );
  const page = deskPage(visit, {
    title: 'Holds',
    faults,
    content: html`<h1 id="holds" tabindex="-1">Holds</h1>
      ${
        holds.length === 0
          ? html`<p class="muted">Nothing waits for a person.</p>`
          : mayDecide
            ? form(
                path,
                html`${tables}
                  <div class="sheet">
                    <h2>Decide those that are ticked</h2>
                    <p class="hint">Up to ${mostAtOnce} at once; each is decided for itself.</p>
                    ${reasonField(faults, visit.form.text('reason'))} ${decideButtons}
                  </div>`,
              )
            : html`${tables}`
      }
      ${holds.length === mostListed && html`<p class="muted">The oldest ${mostListed} are shown.</p>`}`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}

function resultPage(visit: DeskVisit, rows: readonly Result[]): string {
  return deskPage(visit, {
    title: 'Decided holds',
    content: html`<h1>Decided holds</h1>
      ${tableOf({
        caption: 'What became of each',
        head: ['Hold', 'Result', 'Code'],
        rows: rows.map(({ id, hold, told }) => [
          hold ? messageLink(hold.message, hold.reference) : plain(id),
          plain(told),
          hold?.code,
        ]),
        none: '',
      })}
      <p><a href="${path}">To the holds that wait</a></p>`,
  });
}
