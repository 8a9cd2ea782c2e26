import { join } from 'node:path';
import { PortalCustomer } from '#src/commands/demo/portal-customer.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { listenHttp } from '#src/process/http-api.ts';

export interface PortalRegistration {
  readonly registrationKey: string;
  readonly company: string;
  readonly contact: string;
  readonly email: string;
  readonly account: string;
  readonly country: string;
  readonly region: string;
  /** Names of the products to select. */
  readonly select: readonly string[];
}

/** Registers a customer by the portal's own pages and mails, as a person with a browser would. */
export async function registerByPortal({ system }: Stage, registration: PortalRegistration): Promise<void> {
  const { registrationKey, company, contact, email, account, country, region, select } = registration;
  const http = await listenHttp(system, () => false);
  try {
    const customer = new PortalCustomer(http.url, join(system.configuration.dataDirectory, 'mail'));
    const form = (path: string, fields: Readonly<Record<string, string>>) =>
      customer.post(path, Object.entries(fields));
    await form('/portal/sign-up', { way: 'no', registrationKey });
    await form('/portal/sign-up/agreement', { agreement: 'yes' });
    await form('/portal/sign-up/details', { company, contact, email, account, country, region });
    await form('/portal/sign-up/details', { step: 'code', code: await customer.code(email) });
    const suite = await form('/portal/sign-up/check', {});
    const products = system.fulfillment.catalog.products.filter(({ name }) => select.includes(name));
    await customer.post(
      suite,
      products.map(({ pid }) => ['select[]', pid]),
    );
  } finally {
    await http.close();
  }
}
