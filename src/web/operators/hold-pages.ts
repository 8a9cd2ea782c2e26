import { decideHold, type HoldDecision, type HoldEnding } from '#src/fulfillment/batch/decide-hold.ts';
import { catalogTooOld } from '#src/fulfillment/batch/early-messages.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findHold, type HoldRow } from '#src/persistence/holds.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk, DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { candidatesOf, holdPage, idOf, path } from '#src/web/operators/hold-page.ts';
import { holdsList, mostAtOnce, tickedIn } from '#src/web/operators/holds-list.ts';
import { holdsPreview } from '#src/web/operators/holds-preview.ts';
import { reasonOf } from '#src/web/operators/reason-field.ts';
import { messageLink, plain, tableOf } from '#src/web/operators/shown.ts';

/** `/ops/holds`: what waits for a person, by code, oldest first. */
export function holdPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  routes.get(path, (visit) => holdsList(desk, visit, []));
  routes.post(path, 'decider', async (visit) => {
    const ids = tickedIn(visit);
    const { reason, faults } = reasonOf(visit);
    const decision = decisionOf(visit);
    const isPreview = visit.form.text('decision') === 'preview';
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
      ...(isPreview ? [] : faults),
    ];
    if (isPreview && all.length === 0) return holdsPreview(desk, visit, ids);
    if (all.length > 0 || decision === undefined) return holdsList(desk, visit, all);
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
    const asksDespite = visit.form.has('despiteNewer');
    if (visit.form.text('decision') === 'preview')
      return holdPage(desk, visit, [], {
        asksDespite,
        notice: 'Nothing was decided yet. What approving would give now stands below.',
      });
    if (faults.length > 0 || decision === undefined) return holdPage(desk, visit, faults, { asksDespite });
    const candidates = await candidatesOf(desk, hold);
    const keep =
      decision === 'approved'
        ? candidates.flatMap(({ id, activationCode }) =>
            id === visit.form.text('keep') ? [activationCode] : [],
          )
        : [];
    const ending = await decideHold(fulfillment, id, {
      decision,
      by: visit.operator.name,
      reason,
      keep,
      despiteNewer: asksDespite,
    });
    if (ending.outcome === 'decided') return { go: `/ops/messages/${ending.hold.message}?done=${decision}` };
    if (ending.outcome === 'unknown') return notThere(visit, 'hold');
    const asksKeep = ending.outcome === 'unfit' && candidates.length > 0;
    const message = asksKeep && keep.length === 0 ? 'Choose which license is kept.' : toldOf(ending);
    const field = asksKeep ? 'keep' : 'reason';
    return holdPage(desk, visit, [{ field, message }], {
      asksDespite: asksDespite || ending.outcome === 'newer',
    });
  });
}

function decisionOf({ form: sent }: DeskVisit): HoldDecision['decision'] | undefined {
  return (['approved', 'rejected'] as const).find((one) => one === sent.text('decision'));
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
    case 'early':
      return `It still waits. ${catalogTooOld.message}`;
    case 'unfit':
      return ending.code === 'KEEP_NEEDED'
        ? 'It still waits: open it and choose which license is kept.'
        : `It still waits: ${ending.message}`;
  }
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
