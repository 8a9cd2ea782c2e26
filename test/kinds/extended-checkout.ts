import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { noteFiles, registries, withEntry } from '#test/kinds/note-kind.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** What was found the last time is kept, and one thread spares the others' tables: a quarter of the work of compiling anew each time. */
const compilerOptions =
  '--pretty false --singleThreaded --incremental --tsBuildInfoFile compiled.tsbuildinfo';

/** The product with one message kind more. */
export interface ExtendedCheckout {
  readonly chancery: string;
  /** What the compiler says of it, or of the product without the entry of one registry; empty: nothing. */
  compiled(withoutEntryIn?: string): Promise<string>;
  remove(): Promise<void>;
}

/** Copies the product and adds the kind: its own files, and a line in each registry. No other file is edited. */
export async function extendedCheckout(): Promise<ExtendedCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-kind-'));
  const copied = ['src', 'jobs', 'workers', 'migrations', 'examples', 'package.json'];
  await Promise.all(copied.map((name) => cp(join(checkout, name), join(folder, name), { recursive: true })));
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const tsconfig = z
    .looseObject({})
    .parse(JSON.parse(await readFile(join(checkout, 'tsconfig.json'), 'utf8')));
  const include = ['src', 'jobs', 'workers', 'migrations'];
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include }));
  for (const [path, text] of Object.entries(noteFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const registered = new Map<string, string>();
  const before = new Map<string, string>();
  for (const { file, line, imports } of registries) {
    const text = await readFile(join(folder, file), 'utf8');
    before.set(file, text);
    registered.set(file, withEntry(text, line, imports));
    await writeFile(join(folder, file), registered.get(file) ?? '');
  }
  return {
    chancery: join(folder, 'src/chancery.ts'),
    async compiled(without) {
      if (without !== undefined) await writeFile(join(folder, without), before.get(without) ?? '');
      try {
        await promisify(execFile)(
          process.execPath,
          [join(checkout, 'node_modules/typescript/bin/tsc'), '-p', folder, ...compilerOptions.split(' ')],
          { cwd: folder },
        );
        return '';
      } catch (error) {
        return z.object({ stdout: z.string() }).parse(error).stdout;
      } finally {
        if (without !== undefined) await writeFile(join(folder, without), registered.get(without) ?? '');
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
