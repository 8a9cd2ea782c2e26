import { kinds } from '#jobs/kinds.ts';
import { maskCode } from '#src/domain/code.ts';
import { search, type Hit } from '#src/fulfillment/looking/search.ts';
import { html } from '#src/mechanisms/html.ts';
import { reading } from '#src/persistence/database.ts';
import { findReference } from '#src/persistence/found.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import type { Desk, DeskAnswer, DeskVisit } from '#src/web/operators/desk.ts';
import { plain, tableOf, type Cell } from '#src/web/operators/shown.ts';

const help =
  'Search for an order, request or certificate number, an id, an account, the beginning of a company’s name, a code in full or its last four symbols.';

/** The search of every page. It is sent by POST: what is searched may be a code, and stands in no address. */
export function searchPages(routes: DeskRoutes, desk: Desk): void {
  const { fulfillment } = desk;
  /** A key without an account is opened by its order. */
  const orderOf = async (number: string, reseller: string): Promise<string | undefined> => {
    const messages = await findReference(reading(fulfillment.database), number);
    const own = messages.filter(
      (one) => one.kind === 'upgrade-order' && one.number === number && one.reseller === reseller,
    );
    return own.at(-1)?.id;
  };
  const pageOf = async (hit: Hit): Promise<string> => {
    switch (hit.what) {
      case 'account':
      case 'activation-code':
        return accountPath(hit.account);
      case 'message':
        return `/ops/messages/${hit.id}`;
      case 'certificate':
        return `/ops/messages/${hit.message}`;
      case 'hold':
        return `/ops/holds/${hit.hold}`;
      case 'rejected-message':
        return `/ops/rejected/${hit.id}`;
      case 'registration-key': {
        if (hit.account !== null) return accountPath(hit.account);
        const order = await orderOf(hit.orderNumber, hit.reseller);
        return order === undefined ? '/ops/messages' : `/ops/messages/${order}`;
      }
    }
  };
  // Who comes back to its address, or signs in again there, can search anew.
  routes.get('/ops/search', async (visit) => resultPage(visit, '', help, []));
  routes.post('/ops/search', 'viewer', async (visit) => {
    const typed = visit.form.text('q').slice(0, 300);
    if (typed === '') return resultPage(visit, '', help, []);
    const { hits, exact, isMistyped } = await search(fulfillment, typed);
    const [only] = hits;
    if (only && (exact === 1 || hits.length === 1)) return { go: await pageOf(only) };
    const rows: Cell[][] = [];
    for (const hit of hits) {
      const [what, name, more] = told(hit);
      rows.push([html`<a href="${await pageOf(hit)}">${name}</a>`, what, more]);
    }
    const none = isMistyped
      ? 'No such code, and its check symbol is wrong: somebody mistyped it. Compare it with the certificate.'
      : `Nothing is named like that. ${help}`;
    return resultPage(visit, plain(typed), rows.length === 0 ? none : '', rows);
  });
}

function resultPage(
  visit: DeskVisit,
  searched: string,
  said: string,
  rows: readonly (readonly Cell[])[],
): DeskAnswer {
  return {
    page: deskPage(visit, {
      title: 'Search',
      searched,
      content: html`<h1>Search</h1>
        ${said !== '' && html`<p>${said}</p>`}
        ${rows.length > 0 && tableOf({ caption: 'What was found', head: ['Name', 'What', 'Of'], rows, none: '' })}`,
    }),
  };
}

function accountPath(account: string): string {
  return `/ops/accounts/${encodeURIComponent(account)}`;
}

function told(hit: Hit): readonly [what: string, name: string, more: string] {
  switch (hit.what) {
    case 'account':
      return ['account', hit.account, plain(hit.company)];
    case 'message':
      return [
        kinds[hit.kind].noun,
        plain(kinds[hit.kind].numberField === null ? hit.id : hit.number),
        [hit.status, hit.reseller, hit.account, hit.company && plain(hit.company)]
          .filter((part) => part !== null)
          .join(' · '),
      ];
    case 'certificate':
      return ['certificate', `${hit.number} version ${hit.version}`, plain(hit.company)];
    case 'activation-code':
      return [
        `Activation Code, ${hit.product}`,
        maskCode(hit.activationCode),
        `${hit.account} · ${plain(hit.company)}`,
      ];
    case 'registration-key':
      return [`Registration Key, ${hit.suite}`, maskCode(hit.registrationKey), plain(hit.company)];
    case 'hold':
      return ['hold', hit.code, hit.decision ?? 'waits'];
    case 'rejected-message':
      return [`rejected message, ${hit.queue}`, plain(hit.number ?? hit.id), hit.code];
  }
}
