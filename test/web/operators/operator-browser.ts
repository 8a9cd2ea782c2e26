import type { LightMyRequestResponse } from 'fastify';
import { operatorKey } from '#test/http/requests.ts';
import type { TestApp } from '#test/http/test-app.ts';

export const boardPath = '/ops/queues';

export type Headers = Readonly<Record<string, string>>;

/** What a browser says of a request that a page of the same server makes. */
export const sameOrigin: Headers = { 'sec-fetch-site': 'same-origin' };

/** A browser in which an operator is signed in. */
export interface OperatorBrowser {
  readonly cookie: string;
  look(url: string, headers?: Headers): Promise<LightMyRequestResponse>;
  change(url: string, headers?: Headers): Promise<LightMyRequestResponse>;
}

export async function signIn(t: TestApp, key: string, headers = sameOrigin): Promise<LightMyRequestResponse> {
  const payload = new URLSearchParams({ key, next: boardPath }).toString();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return t.app.inject({ method: 'POST', url: '/ops/login', payload, headers: { ...form, ...headers } });
}

export async function operatorBrowser(t: TestApp): Promise<OperatorBrowser> {
  const login = await signIn(t, operatorKey);
  const cookie = String(login.headers['set-cookie']).split(';', 1)[0] ?? '';
  return {
    cookie,
    look: async (url, headers = { cookie }) => t.app.inject({ url, headers }),
    change: async (url, headers = { cookie, ...sameOrigin }) => t.app.inject({ method: 'PUT', url, headers }),
  };
}
