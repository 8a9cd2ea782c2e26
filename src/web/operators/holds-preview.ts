import { previewRecorded } from '#src/fulfillment/looking/preview-recorded.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findHold } from '#src/persistence/holds.ts';
import { form } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { Desk, DeskAnswer, DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { decideButtons, path } from '#src/web/operators/hold-page.ts';
import { reasonField } from '#src/web/operators/reason-field.ts';
import { plain, tableOf, tag, type Cell } from '#src/web/operators/shown.ts';

/** What approving each of several holds would give; nothing is decided, and they can be decided from here. */
export async function holdsPreview(
  { fulfillment, log }: Desk,
  visit: DeskVisit,
  ids: readonly string[],
): Promise<DeskAnswer> {
  const rows: Cell[][] = [];
  const open: string[] = [];
  for (const id of ids) {
    const hold = uuidShape.test(id) ? await findHold(reading(fulfillment.database), id) : undefined;
    if (!hold) {
      rows.push([plain(id), '', 'There is no such hold.', '']);
      continue;
    }
    const link = html`<a href="${path}/${id}">${plain(hold.reference)}</a>`;
    if (hold.decision !== null) {
      rows.push([link, hold.code, `It was ${hold.decision} by ${plain(hold.decidedBy)} already.`, '']);
      continue;
    }
    open.push(id);
    try {
      const outcome = await previewRecorded(fulfillment, hold.message);
      const { status, reason, seats, validThrough } = outcome ?? { status: 'fulfilled' };
      const sold = [seats === undefined ? '' : `${seats} seats`, validThrough && `through ${validThrough}`];
      rows.push([link, hold.code, tag(status), plain(reason?.message ?? sold.filter(Boolean).join(' '))]);
    } catch (error) {
      log.warn({ err: error, hold: id }, 'an approval could not be foreseen');
      rows.push([link, hold.code, 'It cannot be told just now.', '']);
    }
  }
  const page = deskPage(visit, {
    title: 'Preview of holds',
    content: html`<h1>Preview of holds</h1>
      <p>Nothing was decided yet.</p>
      ${tableOf({
        caption: 'What approving would give',
        head: ['Hold', 'Code', 'Approving would give', 'More'],
        rows,
        none: '',
      })}
      ${
        open.length > 0 &&
        form(
          path,
          html`<div class="sheet">
            <h2>Decide ${open.length === 1 ? 'it' : `these ${open.length}`}</h2>
            ${reasonField([], visit.form.text('reason'))} ${decideButtons}
          </div>`,
          Object.fromEntries(open.map((id) => [`hold-${id}`, 'yes'])),
        )
      }
      <p><a href="${path}">To the holds that wait</a></p>`,
  });
  return { page };
}
