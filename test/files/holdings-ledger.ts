import { importHoldings } from '#src/files/holdings-import.ts';
import type { Workspace } from '#test/files/feed-workspace.ts';
import { code, holdingsOf } from '#test/files/holdings-rows.ts';

/** What tests of the holdings import do and look at. */
export function holdingsLedger(workspace: Workspace) {
  async function run(
    rows: readonly Readonly<Record<string, string>>[] | string | Uint8Array,
    name = 'holdings.csv',
  ) {
    const isContent = typeof rows === 'string' || rows instanceof Uint8Array;
    const file = await workspace.put(name, isContent ? rows : holdingsOf(rows));
    const { database, fulfillment } = workspace;
    return importHoldings({ database, catalog: fulfillment.catalog, file });
  }

  function everything() {
    return workspace.query(
      `select to_jsonb(a) as account, to_jsonb(l) as license, to_jsonb(i) as imported,
       (select jsonb_agg(to_jsonb(g) order by number) from license_grant as g where g.license = l.id) as grants
     from account as a left join license as l on l.account = a.id
     left join imported_holding as i on i.activation_code = l.activation_code order by a.id, l.activation_code`,
    );
  }

  async function license(activationCode = code(0)) {
    const [row] = await workspace.query<{
      readonly seats: number;
      readonly grants: readonly { readonly seats: number; readonly causeKind: string }[];
    }>(
      `select pid, type, edition, status, seats, valid_through as "validThrough", license.grants as "grantCount",
       (select json_agg(json_build_object('seats', g.seats, 'validThrough', g.valid_through, 'causeKind', g.cause_kind) order by number)
        from license_grant as g where g.license = license.id) as grants
     from license where activation_code = $1`,
      [activationCode],
    );
    return row;
  }

  async function account(id = 'acme') {
    const [row] = await workspace.query(
      'select company, contact, email, country, region, reseller from account where id = $1',
      [id],
    );
    return row;
  }

  /** As an order would have done. */
  async function extendByOrder(activationCode: string): Promise<void> {
    await workspace.query(
      `with extended as (
       update license set seats = seats + 1, grants = grants + 1 where activation_code = $1 returning *
     ) insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
     select id, grants, 'order', gen_random_uuid(), seats, valid_through, now() from extended`,
      [activationCode],
    );
  }

  return { run, everything, license, account, extendByOrder };
}
