import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kindsByName, messageKinds } from '#jobs/kinds.ts';
import { settings } from '#src/configuration.ts';
import { withGeneratedLists } from '#test/documents/readme-lists.ts';

const readme = readFileSync('README.md', 'utf8');

test('README.md lists the settings and commands that there are (renewed by `node test/documents/write-readme.ts`)', async () => {
  expect(readme).toBe(await withGeneratedLists(readme));
});

test('the README and the contract name every kind of message with its queue, job and path', () => {
  const contract = readFileSync('docs/contract.md', 'utf8');
  for (const { queue, jobName, path } of messageKinds.map((kind) => kindsByName[kind])) {
    expect(readme).toMatch(
      new RegExp(`^\\|.*\`${queue}\`, \`${jobName}\` +\\| \`POST /v1${path}\` +\\|$`, 'm'),
    );
    expect(contract).toMatch(new RegExp(`^\\| \`${queue}\` +\\| \`${jobName}\` +\\|`, 'm'));
    expect(contract).toContain(`POST /v1${path}`);
  }
});

test('the contract names every setting, and none that is not there', () => {
  const chapters =
    /^## 5\. Configuration\n(.*?)^## 7\. /ms.exec(readFileSync('docs/contract.md', 'utf8'))?.[1] ?? '';
  const named = new Set([...chapters.matchAll(/`([A-Z_]{5,})`/g)].map(([, name = '']) => name));
  expect([...named].toSorted()).toEqual(settings.map(({ variable }) => variable).toSorted());
});

test('.env.example holds every setting, and the number that holds without it', () => {
  const example = readFileSync('.env.example', 'utf8');
  for (const { variable, absent } of settings) {
    const comment = new RegExp(`((?:^#.*\\n)*)(?:^[A-Z_]+=\\n)?^${variable}=$`, 'm').exec(example)?.[1];
    expect(comment, variable).toBeDefined();
    if (/^\d+$/.test(absent)) expect(comment, variable).toContain(absent);
  }
});

test('every file that a document links to exists', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md']) {
    const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, path]) => path ?? '',
    );
    expect(
      links.filter((path) => !existsSync(path)),
      document,
    ).toEqual([]);
  }
});
