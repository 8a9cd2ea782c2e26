import type { PortalSite } from '#test/web/customers/portal-site.ts';

export interface HeldLicense {
  readonly code: string;
  readonly account: string;
  readonly pid: string;
  readonly type: string;
  readonly seats: number;
  /** Days from today. */
  readonly days: number;
  readonly edition?: 'full' | 'trial';
}

/** Accounts with an address each, in the United States. */
export async function holdAccounts(
  site: PortalSite,
  accounts: readonly (readonly [id: string, company: string, address: string])[],
): Promise<void> {
  for (const account of accounts)
    await site.query(
      `insert into account (id, company, email, country, region) values ($1, $2, $3, 'US', 'nabu')`,
      account,
    );
}

/** Licenses as an import leaves them. */
export async function holdLicenses(site: PortalSite, licenses: readonly HeldLicense[]): Promise<void> {
  for (const { code, account, pid, type, seats, days, edition = 'full' } of licenses) {
    const id = crypto.randomUUID();
    await site.query(
      `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       values ($1, $2, $3, $4, $5, $6, 'active', $7, current_date + $8::integer, 1)`,
      [id, code, account, pid, type, edition, seats, days],
    );
    await site.query(
      `insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at,
         license_status, license_edition, license_extended_by)
       select id, 1, 'import', gen_random_uuid(), seats, valid_through, now(), status, edition, extended_by from license where id = $1`,
      [id],
    );
  }
}
