import { productOfPid } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import type { License } from '#src/domain/license.ts';
import { previewRecorded } from '#src/fulfillment/looking/preview-recorded.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findHold, type HoldRow } from '#src/persistence/holds.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { findSurvivors } from '#src/persistence/locks.ts';
import { findMessages } from '#src/persistence/messages.ts';
import { checkbox, choices, form, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere } from '#src/web/operators/desk-routes.ts';
import { may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { foreseenShown } from '#src/web/operators/outcome-shown.ts';
import { reasonField } from '#src/web/operators/reason-field.ts';
import { accountLink, messageLink, pairs, plain, when } from '#src/web/operators/shown.ts';

export const path = '/ops/holds';

/** A browser presses the first button for whoever presses Enter in the reason: it decides nothing. */
export const decideButtons = html`<div class="actions">
  <button type="submit" name="decision" value="preview" class="second">Preview</button>
  <button type="submit" name="decision" value="approved">Approve</button>
  <button type="submit" name="decision" value="rejected" class="second">Reject</button>
</div>`;

export function idOf({ request }: DeskVisit): string {
  return /^\/ops\/holds\/([0-9a-f-]{36})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

export interface HoldSaid {
  /** Whether approving has to be meant although a newer order has set what it would change. */
  readonly asksDespite?: boolean;
  readonly notice?: string;
}

/** `/ops/holds/{id}`: why it waits, what approving would give, and the decision. */
export async function holdPage(
  { fulfillment }: Desk,
  visit: DeskVisit,
  faults: readonly Fault[],
  { asksDespite = false, notice }: HoldSaid = {},
): Promise<DeskAnswer> {
  const id = idOf(visit);
  const tx = reading(fulfillment.database);
  const hold = uuidShape.test(id) ? await findHold(tx, id) : undefined;
  if (!hold) return notThere(visit, 'hold');
  const [message] = await findMessages(tx, [hold.message]);
  const isOpen = hold.decision === null;
  const candidates = isOpen ? await candidatesOf({ fulfillment }, hold) : [];
  const foreseen = [];
  for (const candidate of isOpen ? (candidates.length > 0 ? candidates : [undefined]) : []) {
    const outcome = await previewRecorded(
      fulfillment,
      hold.message,
      candidate ? [candidate.activationCode] : [],
    );
    if (outcome) foreseen.push({ candidate, outcome });
  }
  const mayDecide = may(visit, 'decider');
  const page = deskPage(visit, {
    title: `Hold of ${plain(hold.reference)}`,
    faults,
    notice,
    content: html`<p class="eyebrow">${hold.code}</p>
      <h1>Hold of ${plain(hold.reference)}</h1>
      <div class="notice"><p>${plain(hold.text)}</p></div>
      ${pairs([
        ['Message', messageLink(hold.message, hold.reference)],
        ['Reseller', hold.reseller ?? 'none: an operator’s'],
        ['Account', message?.account === null ? undefined : accountLink(message?.account)],
        [
          'Customer',
          message && 'customer' in message.content ? plain(message.content.customer.company) : undefined,
        ],
        ['Since', html`${when(hold.heldAt)} UTC`],
        ['Decided', isOpen ? undefined : `${hold.decision} by ${hold.decidedBy}: ${plain(hold.reason)}`],
      ])}
      <div class="alternatives">
        ${foreseen.map(
          ({ candidate, outcome }) =>
            html`<div class="sheet">
              ${foreseenShown(candidate ? `Approving it and keeping ${maskCode(candidate.activationCode)} would give` : 'Approving it now would give', outcome)}
            </div>`,
        )}
      </div>
      ${
        isOpen &&
        mayDecide &&
        form(
          `${path}/${id}`,
          html`${
            candidates.length > 0 &&
            choices({
              kind: 'radio',
              id: 'keep',
              legend: 'Which license is kept',
              choices: candidates.map((license) => ({
                value: license.id,
                text: maskCode(license.activationCode),
                hint: describe({ fulfillment }, license),
              })),
              chosen: visit.form.all('keep'),
              faults,
            })
          }
          ${asksDespite && checkbox({ id: 'despiteNewer', label: 'Approve it although that changes what the newer order has set' })}
          ${reasonField(faults, visit.form.text('reason'))} ${decideButtons}`,
        )
      }`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}

function describe({ fulfillment }: Pick<Desk, 'fulfillment'>, license: License): string {
  const { pid, seats, validThrough, type, edition, status } = license;
  const name = productOfPid(fulfillment.catalog, pid)?.name ?? pid;
  return `${name} ${pid}, ${seats} seats, valid through ${validThrough}, ${type}, ${edition}, ${status}`;
}

/** The licenses one of which an approval must keep. */
export async function candidatesOf(
  { fulfillment }: Pick<Desk, 'fulfillment'>,
  { code, details, message: id }: HoldRow,
): Promise<readonly License[]> {
  const named = details['candidates'];
  if (code !== 'AMBIGUOUS_PRODUCT_FAMILY' || !Array.isArray(named)) return [];
  const tx = reading(fulfillment.database);
  const [message] = await findMessages(tx, [id]);
  const accounts = message?.account ? [message.account] : [];
  const survivors = await findSurvivors(tx, accounts);
  const licenses = await findLicensesOfAccounts(tx, [...new Set([...accounts, ...survivors.values()])]);
  return licenses.filter(
    ({ activationCode, status }) => status !== 'merged' && named.includes(maskCode(activationCode)),
  );
}
