import { importProgress, type ProgressOutput } from '#src/commands/importing/progress.ts';
import { tellOfImport } from '#src/commands/importing/tell-of-import.ts';
import { importFeed, type FeedImport, type FeedImportResult } from '#src/files/feed-import.ts';
import { importSummary } from '#src/files/summary.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { printableLines } from '#src/mechanisms/printable.ts';

export interface FeedImportOptions {
  readonly file: string;
  readonly reseller: string;
  /** One JSON value on stdout instead of sentences. */
  readonly json?: boolean | undefined;
}

export interface FeedImportContext {
  readonly fulfillment: Fulfillment;
  readonly enqueue?: FeedImport['enqueue'];
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: ProgressOutput;
}

/** `chancery feed import FILE --reseller NAME`. @returns the exit code (contract §3). @throws ImportInterruptedError */
export async function runFeedImport(
  { file, reseller, json }: FeedImportOptions,
  { fulfillment, enqueue, stdout, stderr }: FeedImportContext,
): Promise<0 | 1 | 3> {
  const progress = importProgress(stderr);
  let result: FeedImportResult;
  try {
    result = await importFeed({ fulfillment, file, reseller, enqueue, onProgress: progress.show });
  } finally {
    progress.stop();
  }
  await tellOfImport(fulfillment.database, 'feed-imported', file, result, { reseller });
  stdout.write(
    json === true ? `${printableLines(JSON.stringify(result))}\n` : printableLines(summary(file, result)),
  );
  return result.exitCode;
}

function summary(file: string, result: FeedImportResult): string {
  const { awaitingReconciler, enqueueFault } = result;
  if (awaitingReconciler === 0) return importSummary(file, result);
  const why = enqueueFault === undefined ? '' : ` (the queue could not be reached: ${enqueueFault})`;
  return `${importSummary(file, result)}${awaitingReconciler} accepted orders are recorded but not yet queued${why}; a running worker finds them within half a minute.\n`;
}
