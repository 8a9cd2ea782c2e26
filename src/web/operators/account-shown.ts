import { kinds } from '#jobs/kinds.ts';
import { productOfPid, type Catalog } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import type { AccountMoveRow } from '#src/persistence/account-moves.ts';
import {
  mostShown,
  type DeskCertificate,
  type DeskGrant,
  type DeskKey,
  type DeskLicense,
  type DeskMail,
  type DeskRetiredCode,
} from '#src/persistence/desk-accounts.ts';
import type { ListedMessage } from '#src/persistence/message-list.ts';
import { referenceOf } from '#src/web/operators/outcome-shown.ts';
import { messageLink, plain, tableOf, tag, when } from '#src/web/operators/shown.ts';

/** How a code of the account is shown, and the button that reveals it. */
export interface Codes {
  readonly shown: (id: string, code: string) => Html;
  readonly reveal: (id: string) => Html | undefined;
}

export function licensesShown(catalog: Catalog, licenses: readonly DeskLicense[], codes: Codes): Html {
  return html`${tableOf({
    caption: 'Licenses',
    head: ['Product', 'Activation Code', 'Seats', 'Valid through', 'Type', 'Status', 'Code'],
    rows: licenses.map((license) => [
      html`${productOfPid(catalog, license.pid)?.name ?? license.pid}
        <span class="muted">${license.pid}</span>`,
      codes.shown(license.id, license.activationCode),
      license.seats,
      html`<span class="date">${license.validThrough}</span>`,
      `${license.type}, ${license.edition}`,
      html`${tag(license.status)}
      ${license.mergedInto !== null && html`into <code>${maskCode(license.mergedInto)}</code>`}`,
      codes.reveal(license.id),
    ]),
    none: 'It has none.',
  })}
  ${theFirst(licenses)}`;
}

export function keysShown(keys: readonly DeskKey[], codes: Codes): Html {
  return html`${tableOf({
    caption: 'Registration Keys',
    head: ['Suite', 'Registration Key', 'Seats', 'Valid through', 'Latest order', 'Sold by', 'Code'],
    rows: keys.map((key) => [
      key.isAlias ? `${key.suite} (stands for an older key)` : key.suite,
      codes.shown(key.id, key.code),
      key.seats,
      html`<span class="date">${key.validThrough}</span>`,
      key.order === null ? plain(key.orderNumber) : messageLink(key.order, key.orderNumber),
      key.reseller,
      codes.reveal(key.id),
    ]),
    none: 'It has none.',
  })}
  ${theFirst(keys)}`;
}

export function retiredShown(retired: readonly DeskRetiredCode[]): Html | false {
  return (
    retired.length > 0 &&
    html`<h2 id="replaced">Replaced codes</h2>
      ${tableOf({
        caption: 'Codes that were replaced',
        head: ['Code', 'Now', 'Resolves until', 'Replaced (UTC)', 'By'],
        rows: retired.map((one) => [
          html`<code>${maskCode(one.code)}</code>`,
          html`<code>${maskCode(one.now)}</code>`,
          one.until ?? 'it does not any more',
          when(one.retiredAt),
          messageLink(one.replacedBy, 'its change request'),
        ]),
        none: '',
      })}`
  );
}

export function grantsShown(grants: readonly DeskGrant[]): Html {
  return html`${tableOf({
    caption: 'Grants, the latest first',
    head: ['When (UTC)', 'Activation Code', 'Cause', 'Seats', 'Valid through'],
    rows: grants.map((grant) => [
      when(grant.madeAt),
      html`<code>${maskCode(grant.activationCode)}</code>`,
      causeShown(grant),
      grant.seats,
      grant.validThrough,
    ]),
    none: 'Nothing was granted yet.',
  })}
  ${grants.length >= mostShown && html`<p class="muted">The latest ${mostShown} are shown.</p>`}`;
}

function causeShown({ causeKind, cause }: DeskGrant): Html | string {
  if (causeKind === 'import') return 'import';
  return causeKind === 'hold'
    ? html`<a href="/ops/holds/${cause}">decided hold</a>`
    : messageLink(cause, causeKind);
}

export function certificatesShown(certificates: readonly DeskCertificate[]): Html {
  return tableOf({
    caption: 'Certificates, the latest first',
    head: ['Number', 'Version', 'Written (UTC)', 'By'],
    rows: certificates.map((one) => [
      one.number,
      one.version,
      when(one.writtenAt),
      messageLink(
        one.message,
        `${kinds[one.kind].noun} ${kinds[one.kind].numberField === null ? '' : one.messageNumber}`.trim(),
      ),
    ]),
    none: 'None.',
  });
}

export function messagesShown(messages: readonly ListedMessage[]): Html {
  return tableOf({
    caption: 'Messages, the latest first',
    head: ['Number', 'Kind', 'Status', 'Reason', 'Reseller', 'Accepted (UTC)'],
    rows: messages.map((one) => [
      messageLink(one.id, referenceOf(one)),
      kinds[one.kind].noun,
      tag(one.status),
      one.reason,
      one.reseller,
      when(one.acceptedAt),
    ]),
    none: 'None.',
  });
}

export function mailsShown(mails: readonly DeskMail[]): Html {
  return tableOf({
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
  });
}

export function movesShown(moves: readonly AccountMoveRow[]): Html {
  return tableOf({
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
  });
}

function theFirst(rows: readonly unknown[]): Html | false {
  return rows.length >= mostShown && html`<p class="muted">The first ${mostShown} are shown.</p>`;
}
