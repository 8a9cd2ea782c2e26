import { feedOrders, type FedRow } from '#src/commands/demo/feed-orders.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { linesTable, statusText } from '#src/commands/terminal/outcome-text.ts';
import { dim, heading, print, printProse, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import type { LineAction } from '#src/domain/certificate-facts.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import type { MessageRow } from '#src/persistence/messages.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Feeds the orders and shows what became of each row of the file. */
export async function showOrders(stage: Stage): Promise<void> {
  const { result, rows } = await feedOrders(stage);
  const found = await findOutcomes(
    reading(stage.system.database),
    { kind: 'upgrade-order', reseller: stage.reseller },
    result.rows,
  );
  const orders = new Map(
    found.map((row) => [
      row.message.id,
      { customer: customerOf(row.message), outcome: outcomeOf(row, { kind: 'operator' }) },
    ]),
  );
  print(heading('A reseller’s orders'));
  printProse(
    `${stage.reseller} fed examples/orders.csv: ${result.rows} rows, ${result.accepted} accepted, ${result.repeats} repeat, ${result.conflicts} conflict, ${result.invalid} invalid. Workers decided what was accepted. Products that the customer owned before are retained and extended, with the same Activation Code; the others await the registration.`,
  );
  print('');
  print(
    table(
      [
        { title: 'Order' },
        { title: 'Customer', shrinkTo: 14 },
        { title: 'Result' },
        { title: 'Registration Key' },
        { title: 'Products and notes', shrinkTo: 24 },
      ],
      rows.map((row) => orderRow(row, orders.get(row.id))),
    ),
  );
  const [first] = rows;
  const firstLines = (first && orders.get(first.id)?.outcome.lines) ?? [];
  print(`\nWhat ${first?.orderNumber} changed at once, before → after:\n`);
  print(linesTable(firstLines.filter(({ action }) => action === 'retained')));
}

interface ShownOrder {
  readonly customer: string;
  readonly outcome: Outcome;
}

function orderRow(
  { orderNumber, result, message }: FedRow,
  order: ShownOrder | undefined,
): readonly string[] {
  const customer = order?.customer ?? '';
  switch (result) {
    case 'accepted': {
      if (!order) return [orderNumber, customer, result];
      const { status, registrationKey = '', reason } = order.outcome;
      const said = reason ? [`${reason.code}: ${reason.message}`] : [products(order.outcome)];
      const remarks = [...said, ...notesOf(order.outcome)].join('\n');
      return [orderNumber, customer, statusText(status), registrationKey, remarks];
    }
    case 'repeat':
      return [orderNumber, customer, dim('repeat'), '', 'the same order again: it changes nothing'];
    case 'conflict': {
      const said = 'ORDER_CONFLICT: this number came before with other content; the first order is untouched';
      return [orderNumber, customer, styled('red', 'conflict'), '', said];
    }
    case 'invalid':
      return [orderNumber, customer, styled('red', 'invalid'), '', message.replaceAll('; ', '\n')];
  }
}

/** `2 retained, 13 awaiting`. */
function products({ lines = [] }: Outcome): string {
  const counts = Map.groupBy(lines, ({ action }) => action);
  return [...counts].map(([action, of]) => `${of.length} ${short(action)}`).join(', ');
}

function short(action: LineAction): string {
  return action === 'awaiting-registration' ? 'awaiting' : action;
}

/** Each kind of note once, with the products that it is about. */
function notesOf({ lines = [], notes }: Outcome): readonly string[] {
  const about = new Map<string, string[]>();
  for (const { component, notes: own } of lines)
    for (const { code } of own) about.set(code, [...(about.get(code) ?? []), component]);
  return [
    ...notes.filter(({ code }) => !about.has(code)).map(({ code }) => code),
    ...[...about].map(([code, components]) => `${code}: ${components.join(', ')}`),
  ];
}

function customerOf(message: MessageRow): string {
  return message.kind === 'upgrade-order' ? message.content.customer.company : '';
}
