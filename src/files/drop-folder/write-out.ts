import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileLeftError, type WatchContext } from '#src/files/drop-folder/context.ts';
import { createResultFile, type ResultTable } from '#src/files/result-file.ts';
import type { FeedFile } from '#src/persistence/feed-files.ts';

/** Rows that are read and written at once. */
export const pageRows = 1000;

/**
 * Writes a file of results to `out`, page by page; it appears there whole, over its earlier self, or not at all.
 * @param page the rows from behind that number
 */
export async function writeOut<Row extends { readonly row: number }>(
  { directory, place, signal }: WatchContext,
  { id }: FeedFile,
  name: string,
  table: ResultTable<Row>,
  page: (after: number) => Promise<readonly Row[]>,
): Promise<void> {
  const out = join(directory, place.reseller, 'out');
  await removePartsOf(out, id);
  const written = await createResultFile(out, name, table, `.${id}.${place.holder}.part`);
  try {
    for (let after = -1; ;) {
      if (signal.aborted) throw new FileLeftError('the watcher is to end');
      const rows = await page(after);
      await written.write(rows);
      after = rows.at(-1)?.row ?? after;
      if (rows.length < pageRows) break;
    }
    await written.finish();
  } finally {
    await written.discard();
  }
  await settle(out);
}

/** What watchers that died have left of it. */
async function removePartsOf(out: string, id: string): Promise<void> {
  for (const name of await readdir(out))
    if (name.startsWith(`.${id}.`)) await rm(join(out, name), { force: true });
}

/** Lets a folder's names outlive a failing machine. Not every file system can say that it did. */
export async function settle(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows, and some network mounts.
  }
}
