import { resellerName } from '#jobs/fields.ts';
import { licenseTypes } from '#src/domain/license.ts';
import { operatorRoles } from '#src/domain/operator-role.ts';
import { endHolder, makeOperator, makeReseller, rotateHolder } from '#src/fulfillment/batch/key-holders.ts';
import { html, type Html } from '#src/mechanisms/html.ts';
import { HolderError, listOperators, listResellers, type HolderKind } from '#src/persistence/api-keys.ts';
import { reading } from '#src/persistence/database.ts';
import { button, form, select, textbox, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskRoutes } from '#src/web/operators/desk-routes.ts';
import { byOf, may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { askReason, reasonOf } from '#src/web/operators/reason-field.ts';
import { plain, tableOf, tag, when, type Cell } from '#src/web/operators/shown.ts';

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
  readonly rows: (visit: DeskVisit) => Promise<readonly (readonly Cell[])[]>;
  readonly head: readonly string[];
  readonly make: (visit: DeskVisit, name: string) => Promise<string>;
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
    rows: async (visit) =>
      (await listResellers(reading(database))).map(({ name, licenseType, createdAt, keySince }) => [
        html`<a href="/ops/messages?reseller=${encodeURIComponent(name)}">${plain(name)}</a>`,
        licenseType,
        when(createdAt),
        keySince === null ? tag('ended') : html`since ${when(keySince)}`,
        changeForms(visit, '/ops/resellers', name, keySince !== null),
      ]),
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
    rows: async (visit) =>
      (await listOperators(reading(database))).map(({ name, role, keySince, revokedAt }) => [
        plain(name),
        role,
        keySince === null ? html`ended ${when(revokedAt)}` : html`since ${when(keySince)}`,
        keySince === null ? '' : changeForms(visit, '/ops/operators', name, true),
      ]),
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
        text: 'It ends within seconds, and with it the sessions that it opened. What was decided stays.',
        action: `${path}/end`,
        hidden: { name: holder },
        button: 'End',
        back: path,
      });
    return refusing(visit, 'name', async () => {
      await endHolder(database, kind, holder, { by: byOf(visit), reason });
      return { notice: `The key of ${holder} has ended.` };
    });
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
      ${tableOf({ caption: title, head, rows: await place.rows(visit), none: 'There is none yet.' })}
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
