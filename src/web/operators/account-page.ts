import { kinds } from '#jobs/kinds.ts';
import { productOfPid } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import { revealCode } from '#src/fulfillment/looking/reveal-code.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { findAccountMoves } from '#src/persistence/account-moves.ts';
import { reading } from '#src/persistence/database.ts';
import {
  findDeskAccount,
  findDeskKeys,
  findDeskLicenses,
  findMailsTo,
  findMergedAccounts,
} from '#src/persistence/desk-accounts.ts';
import { listMessages } from '#src/persistence/desk-messages.ts';
import { findGrants } from '#src/persistence/grants.ts';
import { findMembers } from '#src/persistence/members.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import { notThere, type DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { uuidShape } from '#src/web/operators/filters.ts';
import { referenceOf } from '#src/web/operators/outcome-shown.ts';
import { askReason, reasonField, reasonOf } from '#src/web/operators/reason-field.ts';
import { accountLink, messageLink, pairs, plain, tableOf, tag, when } from '#src/web/operators/shown.ts';

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

function accountOf({ request }: DeskVisit): string {
  return /^\/ops\/accounts\/([a-z0-9-]{1,63})(?:[/?]|$)/.exec(request.url)?.[1] ?? '';
}

async function show(desk: Desk, visit: DeskVisit, said: Said): Promise<DeskAnswer> {
  const { catalog, database } = desk.fulfillment;
  const tx = reading(database);
  const id = accountOf(visit);
  const account = await findDeskAccount(tx, id);
  if (!account) return notThere(visit, 'account');
  const [licenses, keys, messages, members, merged, moves] = await Promise.all([
    findDeskLicenses(tx, id),
    findDeskKeys(tx, id),
    listMessages(tx, { account: id }, 50),
    findMembers(tx, id),
    findMergedAccounts(tx, id),
    findAccountMoves(tx, id),
  ]);
  const [grants, mails] = await Promise.all([
    findGrants(
      tx,
      licenses.map((license) => license.id),
    ),
    findMailsTo(
      tx,
      members.map(({ address }) => address),
    ),
  ]);
  const codes = new Map(licenses.map((license) => [license.id, license.activationCode]));
  const timeline = grants.toSorted((a, b) => Date.parse(b.madeAt) - Date.parse(a.madeAt)).slice(0, 200);
  const mayDecide = may(visit, 'decider');
  const { faults = [], notice, revealed } = said;
  const code = (of: string, full: string): Html =>
    html`<code>${revealed?.id === of ? revealed.code : maskCode(full)}</code>`;
  const reveal = (of: string): Html | undefined =>
    mayDecide && revealed?.id !== of
      ? form(`/ops/accounts/${id}/reveal`, button('Reveal', 'second'), { id: of })
      : undefined;
  const page = deskPage(visit, {
    title: `Account ${id}`,
    faults,
    notice: notice ?? (revealed && 'The code is shown once, below. That it was shown stands in the audit.'),
    content: html`<p class="eyebrow">Account</p>
      <h1>${plain(account.company)}</h1>
      ${pairs([
        ['Account', id],
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
      ])}
      <p><a href="/ops/audit?account=${id}">What persons changed of it</a></p>
      <h2>Licenses</h2>
      ${tableOf({
        caption: 'Licenses',
        head: ['Product', 'Activation Code', 'Seats', 'Valid through', 'Type', 'Status', 'Code'],
        rows: licenses.map((license) => [
          html`${productOfPid(catalog, license.pid)?.name ?? license.pid}
            <span class="muted">${license.pid}</span>`,
          code(license.id, license.activationCode),
          license.seats,
          license.validThrough,
          `${license.type}, ${license.edition}`,
          html`${tag(license.status)}
          ${license.mergedInto !== null && html`into <code>${maskCode(license.mergedInto)}</code>`}`,
          reveal(license.id),
        ]),
        none: 'It has none.',
      })}
      <h2>Registration Keys</h2>
      ${tableOf({
        caption: 'Registration Keys',
        head: ['Suite', 'Registration Key', 'Seats', 'Valid through', 'Latest order', 'Sold by', 'Code'],
        rows: keys.map((key) => [
          key.isAlias ? `${key.suite} (stands for an older key)` : key.suite,
          code(key.id, key.code),
          key.seats,
          key.validThrough,
          plain(key.orderNumber),
          key.reseller,
          reveal(key.id),
        ]),
        none: 'It has none.',
      })}
      <h2>Grants</h2>
      ${tableOf({
        caption: 'Grants, the latest first',
        head: ['When (UTC)', 'Activation Code', 'Cause', 'Seats', 'Valid through'],
        rows: timeline.map((grant) => [
          when(grant.madeAt),
          html`<code>${maskCode(codes.get(grant.license) ?? '')}</code>`,
          grant.causeKind === 'import' || grant.causeKind === 'hold'
            ? grant.causeKind
            : messageLink(grant.cause, grant.causeKind),
          grant.seats,
          grant.validThrough,
        ]),
        none: 'Nothing was granted yet.',
      })}
      <h2>Messages</h2>
      ${tableOf({
        caption: 'Messages, the latest first',
        head: ['Number', 'Kind', 'Status', 'Reason', 'Accepted (UTC)'],
        rows: messages.map((one) => [
          messageLink(one.id, referenceOf(one)),
          kinds[one.kind].noun,
          tag(one.status),
          one.reason,
          when(one.acceptedAt),
        ]),
        none: 'None.',
      })}
      <p><a href="/ops/messages?account=${id}">All its messages</a></p>
      <h2>Members</h2>
      ${tableOf({
        caption: 'Members',
        head: ['Address', 'Since (UTC)', 'Added by'],
        rows: members.map(({ address, addedAt, addedBy }) => [
          plain(address),
          addedAt === null ? 'from the start' : when(addedAt),
          plain(addedBy),
        ]),
        none: 'Nobody.',
      })}
      <h2>Mails</h2>
      ${tableOf({
        caption: 'Mails to its members, the latest first',
        head: ['When (UTC)', 'Kind', 'To', 'Status', 'Fault'],
        rows: mails.map((mail) => [
          when(mail.at),
          mail.kind,
          plain(mail.recipient),
          tag(mail.status),
          plain(mail.fault),
        ]),
        none: 'None.',
      })}
      <h2>Moves</h2>
      ${tableOf({
        caption: 'Moves between resellers',
        head: ['When (UTC)', 'From', 'To', 'By', 'Why'],
        rows: moves.map((move) => [
          when(move.at),
          move.from ?? 'nobody',
          move.to ?? 'nobody',
          plain(move.by),
          plain(move.reason),
        ]),
        none: 'It was never moved.',
      })}
      ${
        mayDecide &&
        html`<div class="sheet">
          <h2>Move to another reseller</h2>
          ${form(
            `/ops/accounts/${id}/move`,
            html`${textbox({ id: 'reseller', label: 'Reseller', hint: 'Empty: nobody’s, until the next order for it.', required: false, maxlength: 64, faults })}
            ${reasonField(faults)} ${button('Move')}`,
          )}
        </div>`
      }`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}
