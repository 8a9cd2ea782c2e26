import { dismissMember, inviteMember } from '#src/fulfillment/batch/member-changes.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import type { DeskAccount } from '#src/persistence/desk-accounts.ts';
import { findMembers, type MemberRow } from '#src/persistence/members.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { addressTyped } from '#src/web/customers/sign-in-pages.ts';
import { byOf, may, type DeskVisit } from '#src/web/operators/desk.ts';
import { plain, tableOf, when } from '#src/web/operators/shown.ts';

/** What became of a change, to be said on the account's page. */
export interface MemberSaid {
  readonly faults?: readonly Fault[];
  readonly notice?: string;
}

/** Makes the address that was typed a member. */
export async function invite(
  fulfillment: Fulfillment,
  visit: DeskVisit,
  account: DeskAccount,
): Promise<MemberSaid> {
  const address = addressTyped(visit.form.text('email'));
  const refuse = (message: string) => ({ faults: [{ field: 'email', message }] });
  if (address === undefined) return refuse('Enter an e-mail address, such as it@acme.example.');
  if (account.mergedInto !== null)
    return refuse(`This account was merged into ${account.mergedInto}: invite its members there.`);
  return (await inviteMember(fulfillment, account, address, byOf(visit)))
    ? { notice: `${plain(address)} can act for the account now; an invitation is being mailed.` }
    : refuse('This address can act for the account already.');
}

/** Takes the right from the address whose button was pressed. */
export async function remove(
  fulfillment: Fulfillment,
  visit: DeskVisit,
  account: DeskAccount,
): Promise<MemberSaid> {
  const address = visit.form.text('address');
  if (await dismissMember(fulfillment, { account: account.id, address, by: byOf(visit) }))
    return { notice: `${plain(address)} cannot act for the account any more, and is signed out.` };
  const members = await findMembers(reading(fulfillment.database), account.id);
  // Sent twice, or by two at once: it is done already.
  if (!members.some((member) => member.address === address))
    return { notice: `${plain(address)} is no member.` };
  return { faults: [{ field: 'members', message: 'The last member stays: invite another one first.' }] };
}

export function membersShown(
  visit: DeskVisit,
  account: string,
  members: readonly MemberRow[],
  faults: readonly Fault[],
): Html {
  const mayChange = may(visit, 'admin');
  const path = `/ops/accounts/${account}/members`;
  return html`<h2 id="members" tabindex="-1">Members</h2>
    ${tableOf({
      caption: 'Members',
      head: ['Address', 'Since (UTC)', 'Added by', ...(mayChange ? ['Change'] : [])],
      rows: members.map(({ address, addedAt, addedBy }) => [
        plain(address),
        addedAt === null ? 'from the start' : when(addedAt),
        plain(addedBy),
        ...(mayChange
          ? [
              members.length > 1
                ? form(
                    `${path}/remove`,
                    html`<button type="submit" class="second">
                      Remove<span class="tiny"> ${plain(address)}</span>
                    </button>`,
                    { address },
                  )
                : '',
            ]
          : []),
      ]),
      none: 'Nobody.',
    })}
    ${
      mayChange &&
      html`<div class="sheet">
        ${form(
          `${path}/invite`,
          html`${textbox({
            id: 'email',
            label: 'E-mail address',
            type: 'email',
            value: faults.some(({ field }) => field === 'email') ? visit.form.text('email') : '',
            hint: 'Who signs in with it may do for this account what its customers may.',
            autocomplete: 'off',
            inputmode: 'email',
            maxlength: 254,
            faults,
          })}
          ${button('Invite')}`,
        )}
      </div>`
    }`;
}
