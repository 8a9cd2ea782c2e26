import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { selecting } from '#src/persistence/columns.ts';
import { createConditions } from '#src/persistence/conditions.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';

/** What persons do that stands in the audit. */
export const auditActions = [
  'hold-approved',
  'hold-rejected',
  'message-sent',
  'message-retried',
  'message-replayed',
  'message-set-aside',
  'mail-requeued',
  'account-moved',
  'key-made',
  'key-rotated',
  'key-ended',
  'code-revealed',
  'queue-changed',
  'member-invited',
  'member-removed',
  'holdings-imported',
  'feed-imported',
  'endpoint-added',
  'endpoint-changed',
  'endpoint-secret-rotated',
  'endpoint-disabled',
  'endpoint-removed',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditSubjects = [
  'message',
  'rejected-message',
  'account',
  'reseller',
  'operator',
  'code',
  'queue',
  'webhook-endpoint',
  'file',
  'mail',
] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** A change that a person is making. The reason is kept with its codes masked; elsewhere there must be none. */
export interface AuditEntry {
  /** `operator maria` */
  readonly by: string;
  readonly action: AuditAction;
  readonly on: { readonly kind: AuditSubject; readonly id: string };
  readonly account?: string | null | undefined;
  readonly reason?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An entry as it is kept. */
export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: AuditAction;
  readonly subjectKind: AuditSubject;
  readonly subject: string;
  readonly account: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Writes an entry, in the transaction of the change that it tells of. */
export async function writeAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const { by, action, on, account = null, reason = null, details = {} } = entry;
  await statement(
    tx,
    `insert into audit (id, actor, action, subject_kind, subject, account, reason, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [newId(), by, action, on.kind, on.id, account, reason && maskCodesIn(reason), JSON.stringify(details)],
  );
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly account?: string | undefined;
  /** Instants: from the first on, before the second. */
  readonly from?: string | undefined;
  readonly before?: string | undefined;
  /** Entries older than the one of this id. */
  readonly after?: string | undefined;
}

const columns = selecting('audit', [
  'id',
  'at',
  'actor',
  'action',
  'subjectKind',
  'subject',
  'account',
  'reason',
  'details',
]);

/** The filters that have an index of their own, the rarest values first. */
const columnsByRareness = ['subject', 'account', 'actor', 'action'] as const;

/** Who is meant by what a person typed: `operator maria`, `reseller northwind` and `system` stand there so; a name alone is an operator's. */
export function actorNamed(typed: string): string {
  return typed.includes(' ') || typed === 'system' ? typed : `operator ${typed}`;
}

/** Entries, the latest first, at most `limit`. */
export async function findAudit(
  tx: Transaction,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditRow[]> {
  const conditions = createConditions();
  const { where } = conditions;
  // The rarest of what is asked says along which index it is read. As a range, and in the order: an equality would leave the order to the
  // ids alone, and one plan for all might then look through all that was ever done for somebody who did nothing.
  const rarest = columnsByRareness.find((column) => filter[column] !== undefined);
  for (const column of columnsByRareness)
    where(column === rarest ? `${column} between $? and $?` : `${column} = $?`, filter[column]);
  where('id >= $?::uuid', filter.from && leastIdOf(filter.from));
  where('id < $?::uuid', filter.before && leastIdOf(filter.before));
  where('id < $?::uuid', filter.after);
  const order = rarest === undefined ? '' : `${rarest} desc, `;
  const most = conditions.parameter(limit);
  const rows = await statement<AuditRow>(
    tx,
    `select ${columns} from audit ${conditions.sql} order by ${order}id desc limit ${most}`,
    conditions.parameters,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
}
