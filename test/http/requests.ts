import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { TestApp } from '#test/http/test-app.ts';

export const operatorKey = 'the-operator-key-of-the-environment';

export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

export async function get(
  t: TestApp,
  key: string,
  url: string,
  headers: object = {},
): Promise<LightMyRequestResponse> {
  return t.app.inject({ url, headers: { ...bearer(key), ...headers } });
}

export async function post(
  t: TestApp,
  key: string,
  url: string,
  payload: NonNullable<InjectOptions['payload']>,
  headers: object = {},
): Promise<LightMyRequestResponse> {
  return t.app.inject({ method: 'POST', url, payload, headers: { ...bearer(key), ...headers } });
}

let orders = 0;

/** A valid order of a suite of seven components; each call has a number of its own. */
export function order(changes: object = {}): Record<string, unknown> {
  orders += 1;
  return {
    orderNumber: `PO-${orders}`,
    placedAt: '2026-11-20T09:30:00Z',
    customer: { company: 'ACME GmbH', email: 'it@acme.example' },
    suite: 'SPE',
    seats: 100,
    term: 'P1Y',
    startsOn: '2026-11-21',
    ...changes,
  };
}

export function orderFor(account: string, changes: object = {}): Record<string, unknown> {
  return order({ customer: { account, company: 'ACME GmbH', email: 'it@acme.example' }, ...changes });
}

/** Sends an order and decides it. @returns its id */
export async function fulfilled(t: TestApp, key: string, body: Record<string, unknown>): Promise<string> {
  const { id } = (await post(t, key, '/v1/upgrade-orders', body)).json<{ id: string }>();
  await t.fulfil(id);
  return id;
}
