import { importProgress, type ProgressOutput } from '#src/commands/importing/progress.ts';
import { tellOfImport } from '#src/commands/importing/tell-of-import.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import { importHoldings } from '#src/files/holdings-import.ts';
import type { ImportResult } from '#src/files/import-run.ts';
import { importSummary } from '#src/files/summary.ts';
import { printableLines } from '#src/mechanisms/printable.ts';
import type { Database } from '#src/persistence/database.ts';

export interface HoldingsImportOptions {
  readonly file: string;
  /** One JSON value on stdout instead of sentences. */
  readonly json?: boolean | undefined;
}

export interface HoldingsImportContext {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: ProgressOutput;
}

/** `chancery holdings import FILE`. @returns the exit code, as for feeds (contract §4). @throws ImportInterruptedError */
export async function runHoldingsImport(
  { file, json }: HoldingsImportOptions,
  { database, catalog, stdout, stderr }: HoldingsImportContext,
): Promise<0 | 1 | 3> {
  const progress = importProgress(stderr);
  let result: ImportResult;
  try {
    result = await importHoldings({ database, catalog, file, onProgress: progress.show });
  } finally {
    progress.stop();
  }
  await tellOfImport(database, 'holdings-imported', file, result);
  stdout.write(
    json === true
      ? `${printableLines(JSON.stringify(result))}\n`
      : printableLines(importSummary(file, result)),
  );
  return result.exitCode;
}
