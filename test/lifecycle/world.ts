import { expect } from 'vitest';
import type { MessageKind } from '#jobs/kinds.ts';
import { termEnd } from '#src/domain/calendar.ts';
import { composeCode } from '#src/domain/code.ts';
import type { License } from '#src/domain/license.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { existing, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  day,
  onPremisesMergeData,
  orderData,
  registrationData,
  type RegistrationChanges,
} from '#test/fulfillment/messages-by-hand.ts';

/** How messages get to the product, and when they have ended. @returns the id of the message */
export type Teller = (kind: MessageKind, data: Readonly<Record<string, unknown>>) => Promise<string>;

let codes = 0;

/** One account with its orders, told through a teller; its numbers are its own. */
export class World {
  readonly expect = expect;
  readonly account: string;
  readonly unknownKey = composeCode('registration-key', 'SP', '22222222222222A');
  readonly #fulfillment: Fulfillment;
  readonly #tell: Teller;
  #changes = 0;
  readonly termEnd = termEnd;

  constructor(fulfillment: Fulfillment, tell: Teller, account: string) {
    this.#fulfillment = fulfillment;
    this.#tell = tell;
    this.account = account;
  }

  static async open(fulfillment: Fulfillment, tell: Teller, account: string): Promise<World> {
    await givenHoldings(fulfillment.database, [{ id: account }]);
    return new World(fulfillment, tell, account);
  }

  containing(text: string): unknown {
    return expect.stringContaining(text);
  }

  po(number = '1'): string {
    return `${this.account}-${number}`;
  }

  unknownCode(prefix = 'OS'): string {
    codes += 1;
    return activationCode(prefix, 1_000_000 + codes);
  }

  /** An imported license of OfficeScan. @returns its code */
  license(figures: Partial<License>): Promise<string> {
    return this.#import('OS', { seats: 50, ...figures });
  }

  /** An imported license that merges on premises. */
  premises(figures: Partial<License>): Promise<string> {
    return this.#import('WF', { pid: '100501EN01', type: 'retail', ...figures });
  }

  async #import(prefix: string, figures: Partial<License>): Promise<string> {
    codes += 1;
    const code = activationCode(prefix, codes);
    await givenHoldings(
      this.#fulfillment.database,
      [],
      [{ account: this.account, activationCode: code, ...figures }],
    );
    return code;
  }

  order({ number, ...fields }: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const orderNumber = this.po(typeof number === 'string' ? number : '1');
    const data = { ...orderData({ orderNumber, customer: { account: this.account } }), ...fields };
    return this.#ended('upgrade-order', data);
  }

  register(registrationKey: string, changes: RegistrationChanges = {}): Promise<Outcome> {
    const data = registrationData(registrationKey, { account: this.account, ...changes });
    return this.#ended('registration', { ...data });
  }

  /** By the reseller. @param merge all others of the product by default */
  mergeInto(retain: string, merge?: readonly string[]): Promise<Outcome> {
    const requestNumber = this.#number('MR');
    const data = onPremisesMergeData(this.account, retain, {
      reseller: 'northwind',
      requestNumber,
      ...(merge && { merge }),
    });
    return this.#ended('merge-request', { ...data });
  }

  /** A change request of the reseller. */
  change(kind: string, fields: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#ended('change-request', { reseller: 'northwind', ...this.#head(kind), ...fields });
  }

  operatorsChange(kind: string, fields: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#ended('change-request', { ...this.#head(kind), ...fields });
  }

  /** The outcome, when it is held as it should be and a person has approved it. */
  async approved(asked: Outcome, expected: object): Promise<Outcome> {
    expect(asked).toMatchObject(expected);
    const decision = { decision: 'approved', by: 'maria', reason: 'agreed', keep: [] } as const;
    const ending = await decideHold(this.#fulfillment, existing(asked.hold), decision);
    expect(ending.outcome).toBe('decided');
    return this.outcome(asked);
  }

  outcome({ id }: Outcome): Promise<Outcome> {
    return outcomeById(this.#fulfillment, existing(id));
  }

  async licenseOf(code: string): Promise<object | undefined> {
    const [row] = await this.#query(
      `select seats, valid_through::text as "validThrough", status from license where activation_code = $1`,
      [code],
    );
    return row;
  }

  async ownerOf(account: string): Promise<unknown> {
    const [row] = await this.#query<{ readonly reseller: string | null }>(
      'select reseller from account where id = $1',
      [account],
    );
    return row?.reseller;
  }

  /** As if the message of this number had been decided so many days ago. */
  async backdate(number: string, days: number): Promise<void> {
    await this.#query(
      `update message set decided_at = decided_at - make_interval(days => $2) where number = $1`,
      [number, days],
    );
  }

  /** As if the order's key had ended on that day. */
  async lapse(order: string, end: string): Promise<void> {
    await this.#query(
      'update registration_key set valid_through = $2, anchor = null where order_number = $1',
      [order, end],
    );
  }

  async #query<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    return inTransaction(this.#fulfillment.database, (tx) => statement<Row>(tx, sql, parameters));
  }

  async #ended(kind: MessageKind, data: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return outcomeById(this.#fulfillment, await this.#tell(kind, data));
  }

  #head(kind: string) {
    return { kind, requestNumber: this.#number('CR'), requestedAt: `${day()}T00:00:00Z` };
  }

  #number(prefix: string): string {
    this.#changes += 1;
    return `${this.account}-${prefix}-${this.#changes}`;
  }
}
