import { resellerName } from '#jobs/fields.ts';
import { licenseTypes } from '#src/domain/license.ts';
import { operatorRoles } from '#src/domain/operator-role.ts';
import {
  endOperator,
  endReseller,
  makeOperator,
  makeReseller,
  rotateHolder,
  type KeyChange,
} from '#src/fulfillment/batch/key-holders.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import {
  HolderError,
  listOperators,
  listResellers,
  type HolderKind,
  type HolderPage,
} from '#src/persistence/api-keys.ts';
import { reading } from '#src/persistence/database.ts';
import { button, form, select, textbox, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { filterForm, filtersOf, pageLinks } from '#src/web/operators/filters.ts';
import { askReason, reasonOf } from '#src/web/operators/reason-field.ts';
import { plain, tableOf, tag, when, type Cell } from '#src/web/operators/shown.ts';

const perPage = 50;

interface Said {
  readonly faults?: readonly Fault[];
  readonly notice?: string;
  /** A new key, shown this once. */
  readonly key?: { readonly holder: string; readonly key: string };
}

interface Place {
  readonly kind: HolderKind;
  readonly path: string;
  readonly title: string;
  readonly choice: Html;
  readonly rows: (visit: DeskVisit, page: HolderPage) => Promise<readonly Row[]>;
  readonly head: readonly string[];
  readonly make: (visit: DeskVisit, name: string) => Promise<string>;
  /** What ending a key does besides, in words. */
  readonly endText: string;
  /** @returns what was done, in words */
  readonly end: (name: string, change: KeyChange) => Promise<string>;
}

interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** `/ops/resellers` and `/ops/operators`: keys made, rotated, ended. A new key is shown once. */
export function keyPages(routes: DeskRoutes, desk: Desk): void {
  const { database } = desk.fulfillment;
  keyPage(routes, desk, {
    kind: 'reseller',
    path: '/ops/resellers',
    title: 'Resellers',
    choice: select({
      id: 'type',
      label: 'License type',
      choices: licenseTypes.map((value) => ({ value, text: value })),
    }),
    head: ['Reseller', 'License type', 'Added (UTC)', 'API key', 'Change'],
    rows: async (visit, wanted) =>
      (await listResellers(reading(database), wanted)).map(({ name, licenseType, createdAt, keySince }) => ({
        name,
        cells: [
          html`<a href="/ops/messages?reseller=${encodeURIComponent(name)}">${plain(name)}</a>`,
          licenseType,
          when(createdAt),
          keySince === null ? tag('ended') : html`since ${when(keySince)}`,
          changeForms(visit, '/ops/resellers', name, keySince !== null),
        ],
      })),
    endText:
      'It ends within seconds, and its webhook endpoints are disabled with it. What was decided stays. “Rotate” gives it a new key later.',
    async end(name, change) {
      const endpoints = await endReseller(database, name, change);
      return `The key of ${name} has ended.${endpoints > 0 ? ` Webhook endpoints disabled with it: ${endpoints}.` : ''}`;
    },
    make: (visit, name) => {
      const type = licenseTypes.find((one) => one === visit.form.text('type')) ?? licenseTypes[0];
      return makeReseller(database, name, type, { by: byOf(visit) });
    },
  });
  keyPage(routes, desk, {
    kind: 'operator',
    path: '/ops/operators',
    title: 'Operators',
    choice: select({
      id: 'role',
      label: 'Role',
      hint: 'A viewer sees; a decider also decides, replays, retries and moves; an admin also makes and ends keys.',
      choices: operatorRoles.map((value) => ({ value, text: value })),
    }),
    head: ['Operator', 'Role', 'API key', 'Change'],
    rows: async (visit, wanted) =>
      (await listOperators(reading(database), wanted)).map(({ name, role, keySince, revokedAt }) => ({
        name,
        cells: [
          html`<a href="/ops/audit?by=${encodeURIComponent(`operator ${name}`)}">${plain(name)}</a>`,
          role,
          keySince === null ? html`ended ${when(revokedAt)}` : html`since ${when(keySince)}`,
          keySince === null ? '' : changeForms(visit, '/ops/operators', name, true),
        ],
      })),
    endText: 'It ends within seconds, and with it the sessions that it opened. What was decided stays.',
    async end(name, change) {
      await endOperator(database, name, change, desk.keepsAdmin);
      return `The key of ${name} has ended.`;
    },
    make: (visit, name) => {
      // What is not said is the least.
      const role = operatorRoles.find((one) => one === visit.form.text('role')) ?? operatorRoles[0];
      return makeOperator(database, name, role, { by: byOf(visit) });
    },
  });
}

function keyPage(routes: DeskRoutes, desk: Desk, place: Place): void {
  const { database } = desk.fulfillment;
  const { path, kind } = place;
  const refusing = async (
    visit: DeskVisit,
    field: string,
    work: () => Promise<Said>,
  ): Promise<DeskAnswer> => {
    try {
      return await show(place, visit, await work());
    } catch (error) {
      if (!(error instanceof HolderError)) throw error;
      return show(place, visit, { faults: [{ field, message: error.message }] });
    }
  };
  routes.get(path, (visit) => show(place, visit, {}));
  routes.post(`${path}/add`, 'admin', async (visit) => {
    const parsed = resellerName.safeParse(visit.form.text('name'));
    if (!parsed.success) {
      const message = `The name ${parsed.error.issues[0]?.message ?? 'cannot be used'}.`;
      return show(place, visit, { faults: [{ field: 'name', message }] });
    }
    const holder = parsed.data;
    return refusing(visit, 'name', async () => ({ key: { holder, key: await place.make(visit, holder) } }));
  });
  routes.post(`${path}/rotate`, 'admin', async (visit) => {
    const holder = visit.form.text('name');
    const { reason, faults } = reasonOf(visit);
    if (faults.length > 0)
      return askReason(visit, {
        title: `Rotate the key of ${holder}`,
        text: 'The new key is shown once; the old one ends within seconds.',
        action: `${path}/rotate`,
        hidden: { name: holder },
        button: 'Rotate',
        back: path,
      });
    const change = { by: byOf(visit), reason };
    return refusing(visit, 'name', async () => ({
      key: { holder, key: await rotateHolder(database, kind, holder, change) },
    }));
  });
  routes.post(`${path}/end`, 'admin', async (visit) => {
    const holder = visit.form.text('name');
    const { reason, faults } = reasonOf(visit);
    if (faults.length > 0)
      return askReason(visit, {
        title: `End the key of ${holder}`,
        text: place.endText,
        action: `${path}/end`,
        hidden: { name: holder },
        button: 'End',
        back: path,
      });
    return refusing(visit, 'name', async () => ({
      notice: await place.end(holder, { by: byOf(visit), reason }),
    }));
  });
}

function changeForms(visit: DeskVisit, path: string, name: string, ends: boolean): Html | undefined {
  if (!may(visit, 'admin')) return undefined;
  return html`<div class="inline">
    ${form(`${path}/rotate`, button('Rotate', 'second'), { name })}
    ${ends && form(`${path}/end`, button('End', 'second'), { name })}
  </div>`;
}

async function show(place: Place, visit: DeskVisit, said: Said): Promise<DeskAnswer> {
  const { faults = [], notice, key } = said;
  const { title, head, path, choice } = place;
  const filters = filtersOf(visit.query, ['named']);
  const typed = visit.query.get('after') ?? '';
  const after = typed === '' ? undefined : typed.slice(0, 64);
  const found = await place.rows(visit, { after, limit: perPage + 1, named: filters['named'] });
  const rows = found.slice(0, perPage);
  const isFiltered = filters['named'] !== undefined;
  const isLong = found.length > perPage || after !== undefined;
  const page = deskPage(visit, {
    title,
    faults,
    notice,
    content: html`<h1>${title}</h1>
      ${
        key &&
        html`<div class="notice good" role="status">
          <h2>The new key of ${plain(key.holder)}</h2>
          <p><code>${key.key}</code></p>
          <p>Only a hash of it is kept: it cannot be shown again. An older key ends within seconds.</p>
        </div>`
      }
      ${
        (isLong || isFiltered) &&
        filterForm(path, [
          textbox({
            id: 'named',
            label: 'Name holds',
            value: filters['named'],
            required: false,
            maxlength: 64,
          }),
        ])
      }
      ${tableOf({
        caption: title,
        head,
        rows: rows.map(({ cells }) => cells),
        none: isFiltered || isLong ? 'None is named like that.' : 'There is none yet.',
      })}
      ${pageLinks(path, filters, after, found.length > perPage ? (rows.at(-1)?.name ?? null) : null)}
      ${
        may(visit, 'admin') &&
        html`<div class="sheet">
          <h2>Add</h2>
          ${form(
            `${path}/add`,
            html`${textbox({ id: 'name', label: 'Name', maxlength: 64, autocomplete: 'off', value: faults.length > 0 ? visit.form.text('name') : '', faults })}
            ${choice} ${button('Add')}`,
          )}
        </div>`
      }`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}
