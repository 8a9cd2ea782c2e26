import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

interface Row {
  readonly folder: string;
  readonly mayImport: ReadonlySet<string>;
}

/** The table "Where to find what", read as its sentences mean it. */
async function tableOfDirections(): Promise<readonly Row[]> {
  const text = await readFile(join(checkout, 'ARCHITECTURE.md'), 'utf8');
  const section = /## Where to find what\n(.*?)\n## /s.exec(text)?.[1] ?? '';
  const rows: Row[] = [];
  for (const line of section.split('\n')) {
    const [, first = '', , last = ''] = line.split('|').map((cell) => cell.trim());
    const [folder] = namesIn(first);
    if (folder === undefined) continue;
    const above = rows.map((row) => row.folder);
    const names = namesIn(last);
    for (const name of names) expect(above, `${folder} names what stands above it`).toContain(name);
    const mayImport =
      last === 'nothing of ours'
        ? []
        : last.startsWith('all above')
          ? above.filter((name) => !names.includes(name))
          : names;
    rows.push({ folder, mayImport: new Set(mayImport) });
  }
  return rows;
}

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** A file that is, or could be, in the folder of a row. */
function fileIn(folder: string): string {
  if (folder.endsWith('/*.ts')) return folder.replace('*', 'probe');
  return folder.endsWith('.ts') ? folder : `${folder}/deeper/probe.ts`;
}

const report = z.object({
  diagnostics: z.array(
    z.object({ message: z.string(), code: z.string().optional(), filename: z.string() }).loose(),
  ),
});

async function lint(folder: string): Promise<z.infer<typeof report>> {
  const program = join(checkout, 'node_modules/oxlint/bin/oxlint');
  const answer = await promisify(execFile)(process.execPath, [program, '--format', 'json'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  }).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
  return report.parse(JSON.parse(answer.stdout));
}

test('the linter refuses exactly the imports that the table of ARCHITECTURE.md does not name', async () => {
  const rows = await tableOfDirections();
  expect(rows.length).toBeGreaterThan(15);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-directions-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await copyFile(join(checkout, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const goals = rows.map((row) => fileIn(row.folder));
  for (const row of rows) {
    const file = join(folder, fileIn(row.folder));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(
      file,
      goals.map((goal, i) => `import { value${i} } from '#${goal}';\nconsole.log(value${i});\n`).join(''),
    );
  }
  const { diagnostics } = await lint(folder);
  const refused = new Set(
    diagnostics.flatMap(({ code, filename, message }) =>
      code?.includes('no-restricted-imports') === true
        ? [`${filename} imports ${/'#([^']+)'/.exec(message)?.[1] ?? message}`]
        : [],
    ),
  );
  const unnamed = rows.flatMap((row, from) =>
    rows
      .filter((other, to) => from !== to && !row.mayImport.has(other.folder))
      .map((other) => `${fileIn(row.folder)} imports ${fileIn(other.folder)}`),
  );
  expect([...refused].toSorted()).toEqual(unnamed.toSorted());
});

async function productFiles(): Promise<readonly string[]> {
  const roots = ['src', 'jobs', 'workers', 'migrations'];
  const files = await Promise.all(
    roots.map(async (root) =>
      (await readdir(join(checkout, root), { recursive: true })).map((name) => `${root}/${name}`),
    ),
  );
  return files.flat().filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
}

/** What each product file imports of ours, types included. */
async function importsOf(files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = files.map(async (file): Promise<[string, string[]]> => {
    const text = await readFile(join(checkout, file), 'utf8');
    return [file, [...text.matchAll(/(?:from|import\()\s*'#([^']+)'/g)].map(([, goal = '']) => goal)];
  });
  return new Map(await Promise.all(entries));
}

/** A way that leads back to where it began, if there is one. */
function circleIn(graph: ReadonlyMap<string, Iterable<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (at: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
    if (done.has(at)) return undefined;
    for (const next of graph.get(at) ?? []) {
      const circle = walk(next, [...path, at]);
      if (circle) return circle;
    }
    done.add(at);
    return undefined;
  };
  for (const start of graph.keys()) {
    const circle = walk(start, []);
    if (circle) return circle;
  }
  return undefined;
}

test('no imports run in a circle, types included', async () => {
  const imports = await importsOf(await productFiles());
  expect(imports.size).toBeGreaterThan(200);
  expect(circleIn(imports)).toBeUndefined();
  expect(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
});

test('every folder of the product stands in the table', async () => {
  const rows = await tableOfDirections();
  const folders = new Set((await productFiles()).map(dirname));
  const unknown = [...folders].filter(
    (folder) =>
      folder !== 'src' && !rows.some((row) => `${folder}/`.startsWith(row.folder.replace('*.ts', ''))),
  );
  expect(unknown).toEqual([]);
});
