import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Numbers of the sections that a document has: `5`, `5.3`. */
async function sectionsOf(document: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(checkout, 'docs', `${document}.md`), 'utf8');
  return new Set([...text.matchAll(/^##+ (\d+(?:\.\d+)?)\.? /gm)].map(([, number = '']) => number));
}

async function sources(): Promise<readonly string[]> {
  const roots = ['src', 'jobs', 'workers', 'migrations', 'test', 'docs'];
  const found = await Promise.all(
    roots.map(async (root) =>
      (await readdir(join(checkout, root), { recursive: true })).map((name) => join(root, name)),
    ),
  );
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
  return [...found.flat(), ...documents].filter((name) => /\.(?:ts|sql|md)$/.test(name));
}

interface Citation {
  readonly file: string;
  readonly document: string;
  readonly section: string;
}

/** `rules §5.1, §5.3` cites two; a bare `§6` in one of the two documents means its own. */
function citationsIn(file: string, text: string): readonly Citation[] {
  const cited = [...text.matchAll(/\b(rules|contract|licensing) ((?:§\d+(?:\.\d+)?(?:, | and )?)+)/g)];
  const own = /^docs\/(rules|contract)\.md$/.exec(file)?.[1];
  const bare =
    own === undefined ? [] : [...text.matchAll(/(?<!(?:rules|contract) (?:§[\d.]+, )?)§(\d+(?:\.\d+)?)/g)];
  const sections = (list: string) => [...list.matchAll(/§(\d+(?:\.\d+)?)/g)].map(([, number = '']) => number);
  return [
    ...cited.flatMap(([, document = '', list = '']) =>
      sections(list).map((section) => ({ file, document, section })),
    ),
    ...bare.map(([, section = '']) => ({ file, document: own ?? '', section })),
  ];
}

test('every section of the rules and the contract that is cited anywhere exists', async () => {
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    rules: await sectionsOf('rules'),
    contract: await sectionsOf('contract'),
  };
  expect([...(known['rules'] ?? [])]).toEqual(expect.arrayContaining(['1', '5.3', '8.4', '9']));
  expect([...(known['contract'] ?? [])]).toEqual(expect.arrayContaining(['1', '6', '11']));
  const files = await sources();
  const citations: Citation[] = [];
  for (const file of files)
    citations.push(...citationsIn(file, await readFile(join(checkout, file), 'utf8')));
  expect(citations.length).toBeGreaterThan(80);
  expect(citations.filter(({ document, section }) => known[document]?.has(section) !== true)).toEqual([]);
});
