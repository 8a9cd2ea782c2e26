import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['bin', 'docs', 'examples', 'jobs', 'migrations', 'observability', 'src', 'test', 'workers'];

/** Files and folders, with the paths that end with their names: `src/web/page.ts`, `web/page.ts`, `page.ts`. */
async function pathsThatExist(): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    folders.map(async (folder) => [
      folder,
      ...(await readdir(join(checkout, folder), { recursive: true })).map((name) => `${folder}/${name}`),
    ]),
  );
  const known = new Set(await readdir(checkout));
  for (const path of found.flat()) {
    const parts = path.split('/');
    for (const i of parts.keys()) known.add(parts.slice(i).join('/'));
  }
  return known;
}

/** What stands in backticks and is a file of code, or lies in a folder of ours. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, path = '']) => path.replace(/^\.\//, '').replace(/\/$/, ''))
    .filter(
      (path) => /\.(?:mjs|sql|ts)$/.test(path) || folders.some((folder) => path.startsWith(`${folder}/`)),
    )
    .filter((path) => !/[A-Z]{4}|[…*{]/.test(path));
}

/** Comments of code, and documents whole. */
async function textsThatNamePaths(): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
  const files = await Promise.all(
    ['docs', 'examples', 'jobs', 'src', 'workers'].map(async (folder) =>
      (await readdir(join(checkout, folder), { recursive: true })).map((name) => `${folder}/${name}`),
    ),
  );
  const read = [...documents, ...files.flat()]
    .filter((file) => /\.(?:md|ts)$/.test(file))
    .map(async (file) => {
      const text = await readFile(join(checkout, file), 'utf8');
      const comments = text.split('\n').filter((line) => /^\s*(?:\/\*\*|\*|\/\/)/.test(line));
      return { file, text: file.endsWith('.md') ? text : comments.join('\n') };
    });
  return Promise.all(read);
}

test('every file and folder that a document or comment names exists', async () => {
  const known = await pathsThatExist();
  const texts = await textsThatNamePaths();
  const named = texts.flatMap(({ file, text }) => pathsIn(text).map((path) => ({ file, path })));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ path }) => !known.has(path))).toEqual([]);
});

test('and one that does not exist is seen', () => {
  expect(pathsIn('as in `src/domain/nowhere.ts`, `nowhere.ts` and `./test/nowhere/`')).toEqual([
    'src/domain/nowhere.ts',
    'nowhere.ts',
    'test/nowhere',
  ]);
  expect(pathsIn('`jobs/NAME.ts`, `…-schema.ts`, `src/fulfillment/*.ts`, `GET /v1/events`')).toEqual([]);
});
