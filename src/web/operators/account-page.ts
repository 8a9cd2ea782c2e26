import { maskCode } from '#src/domain/code.ts';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import { revealCode } from '#src/fulfillment/looking/reveal-code.ts';
import { html } from '#src/mechanisms/html.ts';
import { findAccountMoves } from '#src/persistence/account-moves.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findDeskAccount,
  findDeskCertificates,
  findDeskGrants,
  findDeskKeys,
  findDeskLicenses,
  findDeskRetiredCodes,
  findMailsTo,
  findMergedAccounts,
  findMergesFrom,
  type DeskAccount,
} from '#src/persistence/desk-accounts.ts';
import { findMembers } from '#src/persistence/members.ts';
import { listMessages } from '#src/persistence/message-list.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { invite, membersShown, remove, type MemberSaid } from '#src/web/operators/account-members.ts';
import {
  certificatesShown,
  grantsShown,
  keysShown,
  licensesShown,
  mailsShown,
  messagesShown,
  movesShown,
  retiredShown,
  type Codes,
} from '#src/web/operators/account-shown.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { askReason, reasonField, reasonOf } from '#src/web/operators/reason-field.ts';
import { accountLink, messageLink, pairs, plain, when } from '#src/web/operators/shown.ts';

interface Said {
  readonly faults?: readonly Fault[];
  readonly notice?: string;
  readonly revealed?: { readonly id: string; readonly code: string };
}

/** `/ops/accounts/{id}`: everything that ever happened to an account. */
export function accountPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  const { database } = fulfillment;
  routes.get('/ops/accounts/:account', (visit) => show(desk, visit, {}));
  routes.post('/ops/accounts/:account/reveal', 'decider', async (visit) => {
    const id = visit.form.text('id');
    const { reason, faults } = reasonOf(visit);
    const back = `/ops/accounts/${accountOf(visit)}`;
    if (faults.length > 0)
      return askReason(visit, {
        title: 'Show a code in full',
        text: `A code of the account ${accountOf(visit)} is shown once; that it was, and why, stands in the audit.`,
        action: `${back}/reveal`,
        hidden: { id },
        button: 'Reveal',
        back,
      });
    const by = byOf(visit);
    const code = uuidShape.test(id)
      ? await revealCode(database, accountOf(visit), id, { by, reason })
      : undefined;
    return code === undefined ? notThere(visit, 'code') : show(desk, visit, { revealed: { id, code } });
  });
  routes.post('/ops/accounts/:account/members/invite', 'admin', (visit) =>
    changeMembers(desk, visit, invite),
  );
  routes.post('/ops/accounts/:account/members/remove', 'admin', (visit) =>
    changeMembers(desk, visit, remove),
  );
  routes.post('/ops/accounts/:account/move', 'decider', async (visit) => {
    const account = accountOf(visit);
    const { reason, faults } = reasonOf(visit);
    if (faults.length > 0) return show(desk, visit, { faults });
    const reseller = visit.form.text('reseller');
    const to = reseller === '' ? null : reseller;
    const moved = await moveAccount(fulfillment, account, to, { by: byOf(visit), reason });
    if (moved.outcome === 'refused')
      return show(desk, visit, { faults: [{ field: 'reseller', message: moved.reason.message }] });
    const whose = to === null ? 'nobody' : to;
    const notice =
      moved.outcome === 'moved' ? `The account belongs to ${whose} now.` : `It was ${whose}’s already.`;
    return show(desk, visit, { notice });
  });
}

type MemberStep = (
  fulfillment: Desk['fulfillment'],
  visit: DeskVisit,
  account: DeskAccount,
) => Promise<MemberSaid>;

async function changeMembers(desk: Desk, visit: DeskVisit, step: MemberStep): Promise<DeskAnswer> {
  const { fulfillment } = desk;
  const account = await findDeskAccount(reading(fulfillment.database), accountOf(visit));
  return account ? show(desk, visit, await step(fulfillment, visit, account)) : notThere(visit, 'account');
}

function accountOf({ request }: DeskVisit): string {
  return /^\/ops\/accounts\/([a-z0-9-]{1,63})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

async function show(desk: Desk, visit: DeskVisit, said: Said): Promise<DeskAnswer> {
  const { catalog, database } = desk.fulfillment;
  const tx = reading(database);
  const id = accountOf(visit);
  const account = await findDeskAccount(tx, id);
  if (!account) return notThere(visit, 'account');
  const [licenses, keys, messages, members, merged, merges, moves, grants, certificates, retired] =
    await Promise.all([
      findDeskLicenses(tx, id),
      findDeskKeys(tx, id),
      listMessages(tx, { account: id }, 50),
      findMembers(tx, id),
      findMergedAccounts(tx, id),
      findMergesFrom(tx, id),
      findAccountMoves(tx, id),
      findDeskGrants(tx, id),
      findDeskCertificates(tx, id),
      findDeskRetiredCodes(tx, id),
    ]);
  const mails = await findMailsTo(
    tx,
    members.map(({ address }) => address),
  );
  const mayDecide = may(visit, 'decider');
  const { faults = [], notice, revealed } = said;
  const codes: Codes = {
    shown: (of, code) =>
      revealed?.id === of
        ? html`<code id="revealed" class="revealed">${revealed.code}</code>`
        : html`<code>${maskCode(code)}</code>`,
    reveal: (of) =>
      mayDecide && revealed?.id !== of
        ? form(`/ops/accounts/${id}/reveal`, button('Reveal', 'second'), { id: of })
        : undefined,
  };
  const page = deskPage(visit, {
    title: `Account ${id}`,
    faults,
    notice:
      notice ??
      (revealed &&
        html`<a href="#revealed">The code</a> is shown this once. That it was shown stands in the audit.`),
    content: html`<p class="eyebrow">Account ${id}</p>
      <h1>${plain(account.company)}</h1>
      ${pairs([
        ['Reseller', account.reseller ?? 'nobody’s yet'],
        ['Contact', plain(account.contact)],
        ['E-mail', plain(account.email)],
        ['Country', `${account.country}, ${account.region}`],
        ['Since', html`${when(account.createdAt)} UTC`],
        ['Merged into', account.mergedInto === null ? undefined : accountLink(account.mergedInto)],
        [
          'Took in',
          merged.length === 0 ? undefined : html`${merged.map((one) => html`${accountLink(one)} `)}`,
        ],
        [
          'Gave to',
          merges.length === 0
            ? undefined
            : html`${merges.map((one) => html`${accountLink(one.into)} (${messageLink(one.id, one.number)}) `)}`,
        ],
      ])}
      <ul class="jumps">
        ${sections.map(([href, text]) => html`<li><a href="#${href}">${text}</a></li>`)}
        <li><a href="/ops/messages?account=${id}">All its messages</a></li>
        <li><a href="/ops/audit?account=${id}">What persons changed of it</a></li>
      </ul>
      <h2 id="licenses">Licenses</h2>
      ${licensesShown(catalog, licenses, codes)}
      <h2 id="keys">Registration Keys</h2>
      ${keysShown(keys, codes)} ${retiredShown(retired)}
      <h2 id="messages">Messages</h2>
      ${messagesShown(messages.messages)}
      <h2 id="grants">Grants</h2>
      ${grantsShown(grants)}
      <h2 id="certificates">Certificates</h2>
      ${certificatesShown(certificates)} ${membersShown(visit, id, members, faults)}
      <h2 id="mails">Mails</h2>
      ${mailsShown(mails)}
      <h2 id="moves">Moves</h2>
      ${movesShown(moves)}
      ${
        mayDecide &&
        html`<div class="sheet">
          <h2>Move to another reseller</h2>
          ${form(
            `/ops/accounts/${id}/move`,
            html`${textbox({
              id: 'reseller',
              label: 'Reseller',
              hint: 'Empty: nobody’s, until the next order for it.',
              value: faults.length > 0 ? visit.form.text('reseller') : (account.reseller ?? ''),
              required: false,
              maxlength: 64,
              faults,
            })}
            ${reasonField(faults, faults.length > 0 ? visit.form.text('reason') : '')} ${button('Move')}`,
          )}
        </div>`
      }`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}

const sections = [
  ['licenses', 'Licenses'],
  ['keys', 'Registration Keys'],
  ['messages', 'Messages'],
  ['grants', 'Grants'],
  ['certificates', 'Certificates'],
  ['members', 'Members'],
  ['mails', 'Mails'],
  ['moves', 'Moves'],
] as const;
