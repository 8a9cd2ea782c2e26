import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, isGone } from '#src/files/drop-folder/names.ts';
import { newId } from '#src/mechanisms/new-id.ts';

/** Where a drop folder keeps its id, so that it is known under whatever path a machine has mounted it. */
const own = '.chancery';

/**
 * The id of a drop folder; made when it has none. Safe when several watchers do it at once: a folder is not renamed onto one that holds
 * something.
 */
export async function openFolderIdentity(directory: string): Promise<string> {
  const known = await readFolderIdentity(directory);
  if (known !== undefined) return known;
  const made = join(directory, `${own}.${newId()}.part`);
  await mkdir(made);
  try {
    await writeFile(join(made, 'id'), `${newId()}\n`, { flush: true });
    await rename(made, join(directory, own));
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES')) throw error;
    const others = await readFolderIdentity(directory);
    if (others === undefined) throw error;
    return others;
  }
  return openFolderIdentity(directory);
}

/** @returns undefined when it has none yet; @throws when what stands there is no id */
export async function readFolderIdentity(directory: string): Promise<string | undefined> {
  const file = join(directory, own, 'id');
  try {
    const id = (await readFile(file, 'utf8')).trim();
    if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  throw new Error(`${file} holds no id. Remove the folder ${join(directory, own)}: a new one is made.`);
}
