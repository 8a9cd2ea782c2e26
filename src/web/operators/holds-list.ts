import { kinds } from '#jobs/kinds.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { mostCounted } from '#src/persistence/desk-counts.ts';
import { countWaitingHolds, findWaitingHolds, type WaitingHold } from '#src/persistence/desk-holds.ts';
import { form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { filtersOf, pageLinks, uuidShape } from '#src/web/operators/filters.ts';
import { decideButtons, path } from '#src/web/operators/hold-page.ts';
import { reasonField } from '#src/web/operators/reason-field.ts';
import { accountLink, companyShown, plain, tableOf, when } from '#src/web/operators/shown.ts';

/** Holds that are decided with one post, at most. */
export const mostAtOnce = 100;

/** As many as can be decided at once. */
const perPage = mostAtOnce;

/** `/ops/holds`: what waits for a person, by code, oldest first; with boxes to tick for who may decide. */
export async function holdsList(
  { fulfillment }: Desk,
  visit: DeskVisit,
  faults: readonly Fault[],
): Promise<DeskAnswer> {
  const tx = reading(fulfillment.database);
  const filters = filtersOf(visit.query, ['code']);
  const after = afterOf(visit.query.get('after') ?? '');
  const [found, counts] = await Promise.all([
    findWaitingHolds(tx, perPage + 1, filters['code'], after),
    countWaitingHolds(tx, mostCounted),
  ]);
  const holds = found.slice(0, perPage);
  const last = found.length > perPage ? holds.at(-1) : undefined;
  const ticksAll = visit.query.get('tick') === 'all';
  const ticked = new Set(ticksAll ? holds.map(({ id }) => id) : tickedIn(visit));
  const mayDecide = may(visit, 'decider');
  const tables = [...Map.groupBy(holds, ({ code }) => code)].map(
    ([code, ofCode]) =>
      html`<h2>${code}</h2>
        ${tableOf({
          caption: `Holds of ${code}, oldest first`,
          head: [
            'Hold',
            'Why',
            'Kind',
            'Reseller',
            'Account',
            'Company',
            'Since (UTC)',
            ...(mayDecide ? ['Decide'] : []),
          ],
          rows: ofCode.map((hold) => [
            html`<a id="hold-${hold.id}" href="${path}/${hold.id}">${plain(hold.reference)}</a>`,
            plain(hold.text),
            html`<span class="short">${kinds[hold.kind].noun}</span>`,
            hold.reseller,
            accountLink(hold.account),
            companyShown(hold.company),
            when(hold.heldAt),
            ...(mayDecide ? [tickBox(hold, ticked.has(hold.id))] : []),
          ]),
          none: '',
        })}`,
  );
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const here = new URLSearchParams({
    ...filters,
    ...(after && { after: visit.query.get('after') ?? '' }),
  }).toString();
  const page = deskPage(visit, {
    title: 'Holds',
    faults,
    content: html`<h1 id="holds" tabindex="-1">Holds</h1>
      ${
        total > 0 &&
        html`<ul class="jumps">
          <li><a href="${path}">All</a> (${total >= mostCounted ? `${mostCounted}+` : total})</li>
          ${counts.map(({ code, count }) => html`<li><a href="${path}?code=${code}">${code}</a> (${count})</li>`)}
        </ul>`
      }
      ${
        holds.length === 0
          ? html`<p class="muted">Nothing waits for a person${total > 0 && ' here'}.</p>`
          : mayDecide
            ? html`<p>
                  <a href="${path}?${here === '' ? '' : `${here}&`}tick=all">Tick all on this page</a> ·
                  <a href="#reason">Decide those that are ticked</a>
                </p>
                ${form(
                  here === '' ? path : `${path}?${here}`,
                  html`${tables}
                    <div class="sheet">
                      <h2>Decide those that are ticked</h2>
                      <p class="hint">Up to ${mostAtOnce} at once; each is decided for itself.</p>
                      ${reasonField(faults, visit.form.text('reason'))} ${decideButtons}
                    </div>`,
                )}`
            : html`${tables}`
      }
      ${pageLinks(path, filters, after && 'first', last ? `${last.code} ${last.id}` : null)}`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}

function tickBox({ id, reference }: WaitingHold, isTicked: boolean): Html {
  return html`<input
    type="checkbox"
    name="hold-${id}"
    value="yes"
    aria-label="Decide ${plain(reference)}"
    ${isTicked && { html: 'checked' }}
  />`;
}

/** The last one of the page before: `CODE id`. */
function afterOf(text: string): { readonly code: string; readonly id: string } | undefined {
  const [code = '', id = ''] = text.split(' ');
  return /^[A-Z_]{1,64}$/.test(code) && uuidShape.test(id) ? { code, id } : undefined;
}

/** Ids of the holds whose boxes came ticked. */
export function tickedIn({ form: sent }: DeskVisit): readonly string[] {
  const named = sent
    .entries()
    .flatMap(([name]) => (name.startsWith('hold-') ? [name.slice('hold-'.length)] : []));
  return [...new Set(named)];
}
