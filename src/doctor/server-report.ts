import { Client } from 'pg';
import { z } from 'zod';
import { connectionTo } from '#src/persistence/reaching.ts';

/** What a PostgreSQL server says of itself and of this user's rights. */
export interface ServerReport {
  readonly version: string;
  /** As `server_version_num`: 150004 is 15.4. */
  readonly versionNumber: number;
  readonly encoding: string;
  /** Settings that are off, without which a commit may be lost. */
  readonly unsafeSettings: readonly string[];
  /** How far PostgreSQL's clock is ahead of ours; half the round trip is taken off. */
  readonly skewSeconds: number;
  /** Connections that the server has for ordinary users, and that this user and database may have at most. */
  readonly mostConnections: number;
  /** Of those, what others than Chancery use now. */
  readonly usedConnections: number;
  /** Whether this user may create tables. */
  readonly mayCreate: boolean;
  /** Whether this user may write every table that there is. */
  readonly mayWrite: boolean;
}

const answer = z.object({
  version: z.string(),
  versionNumber: z.int(),
  encoding: z.string(),
  unsafeSettings: z.array(z.string()),
  epoch: z.number(),
  mostConnections: z.int(),
  usedConnections: z.int(),
  mayCreate: z.boolean(),
  mayWrite: z.boolean(),
});

const question = `
  select current_setting('server_version') as version, current_setting('server_version_num')::integer as "versionNumber",
    current_setting('server_encoding') as encoding,
    array(select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
      order by name) as "unsafeSettings",
    extract(epoch from clock_timestamp())::float8 as epoch,
    least(
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true)::integer, 0),
      (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
    ) as "mostConnections",
    (select count(*)::integer from pg_stat_activity
      where backend_type = 'client backend' and application_name not like 'chancery%' and pid <> pg_backend_pid()) as "usedConnections",
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as "mayCreate",
    coalesce((select bool_and(has_table_privilege(oid, 'SELECT') and has_table_privilege(oid, 'INSERT')
        and has_table_privilege(oid, 'UPDATE') and (has_table_privilege(oid, 'DELETE') or relname = 'schema_migration'))
      from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace), true) as "mayWrite"`;

/** Over a connection of its own; rejects when the server does not answer in 5 s. */
export async function readServerReport(url: string): Promise<ServerReport> {
  const client = new Client({
    ...(await connectionTo(url)),
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const askedAt = Date.now();
    const { rows } = await client.query(question);
    const here = (askedAt + Date.now()) / 2000;
    const { epoch, ...report } = answer.parse(rows[0]);
    return { ...report, skewSeconds: epoch - here };
  } finally {
    await client.end().catch(() => {});
  }
}
