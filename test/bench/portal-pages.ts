import { randomBytes } from 'node:crypto';
import { inTransaction, statement, type Database } from '#src/persistence/database.ts';
import { insertSession } from '#src/persistence/web-sessions.ts';

/** What a page needs of the application under measurement. */
interface Asked {
  inject(request: { method: 'GET'; url: string; headers: Record<string, string> }): Promise<{
    readonly statusCode: number;
    readonly body: string;
  }>;
}

const account = 'portal-bench';
const licenses = 100;

/**
 * A customer with 100 licenses, a suite and 100 messages beside whatever else is in the tables, signed in at the portal.
 * @returns the pages to read, each by name; reading throws when one is not what it should be
 */
export async function portalPages(
  database: Database,
  app: Asked,
): Promise<readonly { readonly name: string; readonly read: () => Promise<void> }[]> {
  const token = randomBytes(32).toString('base64url');
  const key = await inTransaction(database, async (tx) => {
    const address = 'it@portal-bench.example';
    await insertSession(tx, token, { kind: 'member', subject: address, credential: null, data: {} });
    await statement(
      tx,
      `insert into account (id, company, email, country, region) values ($1, 'Portal Bench Ltd', $2, 'DE', 'emea')`,
      [account, address],
    );
    await statement(
      tx,
      `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       select gen_random_uuid(), 'OS-BENCH-' || lpad(n::text, 28, '0'), $1,
         (array['100101EN01', '100102EN01', '100201EN01', '100501EN01'])[1 + n % 4], 'retail', 'full', 'active', 100, '2099-12-31', 1
       from generate_series(1, $2) as n`,
      [account, licenses],
    );
    // The key of an order that is there, given to this customer with its certificate and a hundred messages.
    const [given] = await statement<{ readonly id: string }>(
      tx,
      `update registration_key set account = $1 where id = (
         select id from registration_key where account is not null order by id desc limit 1) returning id`,
      [account],
    );
    await statement(
      tx,
      `update message set account = $1 where id in (select id from message where status = 'fulfilled' order by id desc limit $2)`,
      [account, licenses],
    );
    return given?.id ?? '';
  });
  await statement(database.pool, 'analyze license', []);
  const headers = { cookie: `chancery_member=${token}` };
  const page = (name: string, url: string, expected: string) => ({
    name,
    read: async () => {
      const answer = await app.inject({ method: 'GET', url, headers });
      if (answer.statusCode !== 200 || !answer.body.includes(expected))
        throw new Error(`${url} was answered ${answer.statusCode}: ${answer.body.slice(0, 300)}`);
    },
  });
  return [
    page(`portal: licenses of an account with ${licenses}`, '/portal/licenses', 'OS-BENCH-'),
    page('portal: products of a suite', `/portal/suites/${key}`, 'need no replacing'),
    page('portal: members', '/portal/members', 'it@portal-bench.example'),
    page('portal: products to merge', '/portal/merge/products', 'WFBS'),
  ];
}
