import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { untilSettled } from '#src/commands/demo/settled.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { importFeed, type FeedImportResult } from '#src/files/feed-import.ts';

const resultRows = z.array(
  z.object({
    row: z.coerce.number(),
    orderNumber: z.string(),
    result: z.enum(['accepted', 'repeat', 'conflict', 'invalid']),
    id: z.string(),
    message: z.string(),
  }),
);

export type FedRow = z.infer<typeof resultRows>[number];

/** Imports the order file as `chancery feed import` does, and waits until workers have decided every order. */
export async function feedOrders(
  stage: Stage,
): Promise<{ readonly result: FeedImportResult; readonly rows: readonly FedRow[] }> {
  const { system, reseller, files } = stage;
  const { fulfillment, queues } = system;
  const result = await importFeed({
    fulfillment,
    file: files.orders,
    reseller,
    enqueue: (kind, ids) => queues.enqueueRecorded(kind, ids),
  });
  if (result.resultFile === null)
    throw new CommandError(`The order file was refused: ${result.refusal ?? ''}`);
  await untilSettled(stage, 'messages');
  const text = await readFile(result.resultFile, 'utf8');
  return { result, rows: resultRows.parse(parse(text, { columns: true, bom: true })) };
}
