import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withGeneratedTables } from '#test/documents/readme-tables.ts';

const readme = readFileSync('README.md', 'utf8');

test('README.md lists the settings and commands that there are (renewed by `node test/documents/write-readme.ts`)', () => {
  expect(readme).toBe(withGeneratedTables(readme));
});

test('every file that a document links to exists', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md']) {
    const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, path]) => path ?? '',
    );
    expect(
      links.filter((path) => !existsSync(path)),
      document,
    ).toEqual([]);
  }
});
