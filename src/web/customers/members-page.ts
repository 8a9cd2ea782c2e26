import { randomBytes } from 'node:crypto';
import { dateInWords } from '#src/domain/customers/dates.ts';
import { mayBeMailed } from '#src/domain/customers/sign-in.ts';
import { nothingOwed } from '#src/fulfillment/fulfillment.ts';
import { html } from '#src/mechanisms/html.ts';
import { networkOf } from '#src/mechanisms/networks.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { insertMails } from '#src/persistence/mails.ts';
import { addMember, findMembers, removeMember } from '#src/persistence/members.ts';
import { countRecentCodes, insertSignInCode } from '#src/persistence/sign-in-codes.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import type { Routes } from '#src/web/customers/routes.ts';
import { addressTyped } from '#src/web/customers/sign-in-pages.ts';
import type { Answer, MemberVisit } from '#src/web/customers/visit.ts';

const path = '/portal/members';

/** `/portal/members`: who may act for the account. */
export function membersPages(routes: Routes, portal: Portal): void {
  routes.memberGet(path, async (visit) => ({ page: await membersPage(portal, visit) }));
  routes.memberPost(path, async (visit) =>
    visit.form.text('step') === 'remove' ? remove(portal, visit) : invite(portal, visit),
  );
}

async function invite(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const { words, form: sent, account, company, address: by, language, data } = visit;
  const typed = sent.text('email');
  const address = addressTyped(typed);
  const refuse = async (message: string) => ({
    status: 422,
    page: await membersPage(portal, visit, typed, [{ field: 'email', message }]),
  });
  if (address === undefined) return refuse(words.faults.email);
  if ((await findMembers(readingOf(portal), account)).some((member) => member.address === address))
    return refuse(words.faults.alreadyMember);
  const network = networkOf(visit.request.ip);
  const session = visit.session?.id ?? newId();
  const mails = await inTransaction(portal.fulfillment.database, async (tx) => {
    // Past the limits of mails the member is one all the same, and no mail goes.
    const isMailed = mayBeMailed(await countRecentCodes(tx, address, network));
    if (!(await addMember(tx, account, address, by)) || !isMailed) return [];
    const hmac = randomBytes(32);
    const counted = { id: newId(), purpose: 'invitation', mailed: true } as const;
    await insertSignInCode(tx, { ...counted, address, session, account, hmac, network });
    return insertMails(tx, [
      {
        kind: 'invitation',
        recipient: address,
        language,
        reference: newId(),
        about: { account, company, by },
      },
    ]);
  });
  if (mails.length > 0) portal.fulfillment.announce({ ...nothingOwed, mails });
  const { kept: _, ...rest } = data;
  await keep(portal, visit, { ...rest, notice: words.members.invited(address) });
  return { go: path };
}

async function remove(portal: Portal, visit: MemberVisit): Promise<Answer> {
  const { words, form: sent, account, address: by, data } = visit;
  const address = sent.text('address');
  const removed = await inTransaction(portal.fulfillment.database, (tx) =>
    removeMember(tx, account, address, by),
  );
  if (!removed) {
    const members = await findMembers(readingOf(portal), account);
    // Sent twice, or by two at once: it is done already.
    if (!members.some((member) => member.address === address)) return { go: path };
    const faults = [{ field: 'members', message: words.faults.lastMember }];
    return { status: 422, page: await membersPage(portal, visit, '', faults) };
  }
  if (address !== by) await keep(portal, visit, { ...data, notice: words.members.removed(address) });
  await portal.sessions.endAllOf(address);
  return { go: address === by ? '/portal' : path };
}

async function membersPage(
  portal: Portal,
  visit: MemberVisit,
  typed?: string,
  faults: readonly Fault[] = [],
): Promise<string> {
  const { words, language, account, address: own, company, data } = visit;
  const { members: text } = words;
  const members = await findMembers(readingOf(portal), account);
  const kept =
    data.kept?.path === path ? data.kept.fields.find(([name]) => name === 'email')?.[1] : undefined;
  return portalPage(visit, {
    title: text.title,
    faults,
    content: html`<p class="whose">${company} <span>${account}</span></p>
      <h1>${text.title}</h1>
      <p class="lead">${text.lead(company)}</p>
      <table class="cards" id="members" tabindex="-1">
        <caption class="tiny">
          ${text.table}
        </caption>
        <thead>
          <tr>
            <th scope="col">${text.address}</th>
            <th scope="col">${text.since}</th>
            <th scope="col">${text.action}</th>
          </tr>
        </thead>
        <tbody>
          ${members.map(
            ({ address, addedAt }, i) =>
              html`<tr>
                <th scope="row" id="member-${i + 1}">
                  ${address} ${address === own && html`<span class="muted">(${text.you})</span>`}
                </th>
                <td data-label="${text.since}">
                  ${addedAt === null ? text.fromStart : html`<time datetime="${addedAt}">${dateInWords(addedAt.slice(0, 10), language)}</time>`}
                </td>
                <td>
                  ${
                    members.length > 1 &&
                    form(
                      path,
                      html`<button type="submit" class="second" aria-describedby="member-${i + 1}">
                        ${text.remove}
                      </button>`,
                      { step: 'remove', address },
                    )
                  }
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      <div class="sheet">
        <h2>${text.inviteTitle}</h2>
        ${form(
          path,
          html`${textbox({
            id: 'email',
            label: words.email,
            type: 'email',
            value: typed ?? kept ?? '',
            hint: text.inviteHint,
            // Somebody else's address: the browser knows only its owner's.
            autocomplete: 'off',
            inputmode: 'email',
            maxlength: 254,
            faults,
          })}
          ${button(text.invite)}`,
          { step: 'invite' },
        )}
      </div>`,
  });
}
