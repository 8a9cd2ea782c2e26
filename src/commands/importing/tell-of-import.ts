import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import type { ImportResult } from '#src/files/import-run.ts';
import { writeAudit, type AuditAction } from '#src/persistence/audit.ts';
import { reading, type Database } from '#src/persistence/database.ts';

/** Writes down who imported a file and what became of its rows; nothing of a file that could not be read. */
export async function tellOfImport(
  database: Database,
  action: Extract<AuditAction, 'holdings-imported' | 'feed-imported'>,
  file: string,
  { rows, accepted, repeats, conflicts, invalid, resultFile }: ImportResult,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (resultFile === null) return;
  await writeAudit(reading(database), {
    by: `operator ${userInfo().username}`,
    action,
    on: { kind: 'file', id: maskCodesIn(basename(file)) },
    details: { ...more, rows, accepted, repeats, conflicts, invalid },
  });
}
