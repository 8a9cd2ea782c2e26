import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findingIds } from '#src/doctor/finding.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const runbook = await readFile(at('docs/runbook.md'), 'utf8');
const chapter = /^## What the doctor finds\n(.*?)^## /ms.exec(runbook)?.[1] ?? '';
const rows = Array.from(chapter.matchAll(/^\| `([a-z0-9-]+)` +\|(.*)\|$/gm), ([, id = '', rest = '']) => ({
  id,
  cells: rest.split('|').map((cell) => cell.trim()),
}));

test('says of everything that the doctor can find what it means and what to do', () => {
  expect(rows.map(({ id }) => id)).toEqual([...findingIds].sort());
  for (const { id, cells } of rows) {
    expect(cells, id).toHaveLength(3);
    for (const cell of cells) expect(cell, id).not.toBe('');
  }
});

test('names nothing that the doctor does not find, with its verdict', async () => {
  const files = await readdir(at('src/doctor'));
  const sources = await Promise.all(files.map((file) => readFile(at(`src/doctor/${file}`), 'utf8')));
  const said = new Map<string, Set<string>>();
  for (const [, verdict = '', id = ''] of sources
    .join('\n')
    .matchAll(/\b(problem|warning)\(\s*'([a-z0-9-]+)'/g))
    said.set(id, (said.get(id) ?? new Set()).add(verdict));
  expect([...said.keys()].sort()).toEqual([...findingIds].sort());
  for (const { id, cells } of rows) {
    const verdicts = new Set(cells[0]?.match(/problem|warning/g));
    expect(verdicts, id).toEqual(said.get(id));
  }
});

test('leads to chapters that are there', () => {
  const chapters = Array.from(runbook.matchAll(/^#+ (.*)$/gm), ([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = Array.from(runbook.matchAll(/\]\(#([^)]*)\)/g), ([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((anchor) => !chapters.includes(anchor ?? ''))).toEqual([]);
});
