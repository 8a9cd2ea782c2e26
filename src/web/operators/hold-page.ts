import { maskCode } from '#src/domain/code.ts';
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
import { messageLink, pairs, plain, when } from '#src/web/operators/shown.ts';

export const path = '/ops/holds';

export const decideButtons = html`<div class="actions">
  <button type="submit" name="decision" value="approved">Approve</button>
  <button type="submit" name="decision" value="rejected" class="second">Reject</button>
</div>`;

export function idOf({ request }: DeskVisit): string {
  return /^\/ops\/holds\/([0-9a-f-]{36})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

export async function holdPage(
  { fulfillment }: Desk,
  visit: DeskVisit,
  faults: readonly Fault[],
  asksDespite = false,
): Promise<DeskAnswer> {
  const id = idOf(visit);
  const hold = uuidShape.test(id) ? await findHold(reading(fulfillment.database), id) : undefined;
  if (!hold) return notThere(visit, 'hold');
  const candidates = candidatesOf(hold);
  const isOpen = hold.decision === null;
  const foreseen = [];
  for (const candidate of isOpen ? (candidates.length > 0 ? candidates : ['']) : []) {
    const keep = await keptCodes({ fulfillment }, hold, candidate);
    const outcome = await previewRecorded(fulfillment, hold.message, keep);
    if (outcome) foreseen.push({ candidate, outcome });
  }
  const page = deskPage(visit, {
    title: `Hold of ${plain(hold.reference)}`,
    faults,
    content: html`<p class="eyebrow">${hold.code}</p>
      <h1>Hold of ${plain(hold.reference)}</h1>
      <div class="notice"><p>${plain(hold.text)}</p></div>
      ${pairs([
        ['Message', messageLink(hold.message, hold.reference)],
        ['Reseller', hold.reseller],
        ['Since', html`${when(hold.heldAt)} UTC`],
        ['Decided', isOpen ? undefined : `${hold.decision} by ${hold.decidedBy}: ${plain(hold.reason)}`],
      ])}
      ${foreseen.map(
        ({ candidate, outcome }) =>
          html`<div class="sheet">
            ${foreseenShown(candidate === '' ? 'Approving it now would give' : `Approving it and keeping ${candidate} would give`, outcome)}
          </div>`,
      )}
      ${
        isOpen &&
        may(visit, 'decider') &&
        form(
          `${path}/${id}`,
          html`${
            candidates.length > 0 &&
            choices({
              kind: 'radio',
              id: 'keep',
              legend: 'Which license is kept',
              choices: candidates.map((value) => ({ value, text: value })),
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

/** The masked codes one of which an approval must keep. */
export function candidatesOf({ code, details }: HoldRow): readonly string[] {
  const named = details['candidates'];
  if (code !== 'AMBIGUOUS_PRODUCT_FAMILY' || !Array.isArray(named)) return [];
  return named.filter((one) => typeof one === 'string');
}

/** The codes of the account's licenses that are shown so. */
export async function keptCodes(
  { fulfillment }: Pick<Desk, 'fulfillment'>,
  hold: HoldRow,
  shown: string,
): Promise<readonly string[]> {
  if (shown === '') return [];
  const tx = reading(fulfillment.database);
  const [message] = await findMessages(tx, [hold.message]);
  const named = message?.account ? [message.account] : [];
  const survivors = await findSurvivors(tx, named);
  const licenses = await findLicensesOfAccounts(tx, [...new Set([...named, ...survivors.values()])]);
  return licenses.map(({ activationCode }) => activationCode).filter((code) => maskCode(code) === shown);
}
