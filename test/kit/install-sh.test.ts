import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installSh } from '#src/kit/install-sh.ts';
import type { KitDownload, KitFacts } from '#src/kit/kit-facts.ts';
import { kitFacts } from '#test/kit/sample-kit.ts';

/** Writes each of its arguments on a line of its own into the file that the first names. */
const installer = `#!/bin/sh
out=$1
shift
for argument in "$@"; do printf '%s\\n' "$argument" >>"$out"; done
`;
const failing = '#!/bin/sh\necho "no room left" >&2\nexit 7\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const served: Readonly<Record<string, string>> = {
  '/good%20one.sh': installer,
  '/changed.sh': `${installer}# changed on the way\n`,
  '/failing.sh': failing,
};

let server: Server;
let base: string;
const asked: string[] = [];
let folder: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const content = served[request.url ?? ''];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

let kit: string;
beforeEach(async () => {
  asked.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'kit-install-'));
  // Where people unpack things.
  kit = join(folder, `Jane's "new" kit $HOME \`x\` -- 100%`);
  await mkdir(kit);
  return () => rm(folder, { recursive: true });
});

const platform = process.platform === 'darwin' ? 'macos' : 'linux';
const code = (n: number) => `OS-${'2345'.slice(0, 4)}-AAAAA-BBBBB-CCCCC-DDDDD-EEE${n}Y`;

function download(path: string, hash: string, install: string[]): KitDownload {
  return { platform, version: '1', url: `${base}${path}`, sha256: hash, bytes: 10, install };
}

function kitOf(...products: (readonly [name: string, downloads: KitDownload[]])[]): KitFacts {
  return kitFacts({
    products: products.map(([product, downloads], n) => ({
      product,
      pid: `10010${n}EN01`,
      activationCode: code(n),
      seats: 1,
      validThrough: '2027-01-01',
      downloads,
    })),
  });
}

async function install(facts: KitFacts): Promise<{ code: number; output: string }> {
  const script = join(kit, 'install.sh');
  await writeFile(script, installSh(facts));
  return new Promise((resolve) => {
    execFile('sh', [script], { cwd: folder }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        output: stdout + stderr,
      });
    });
  });
}

const out = (name: string) => join(kit, name);
const linesOf = async (name: string) => (await readFile(out(name), 'utf8')).trimEnd().split('\n');
const exists = (name: string) =>
  access(out(name)).then(
    () => true,
    () => false,
  );

describe('install.sh', () => {
  test('downloads, compares, makes executable and runs, with every argument as it stands in the catalog', async () => {
    const strange = [
      `--name=O'Brien "x"`,
      '$(touch pwned) `touch pwned`',
      '',
      '* ? ~',
      String.raw`back\slash`,
      '{activationCode}',
    ];
    const command = ['{file}', out('one'), ...strange, '--at={file}', 'a{activationCode}b{activationCode}'];
    const { code: status, output } = await install(
      kitOf([`Office'Scan "$(touch pwned)"`, [download('/good%20one.sh', sha256(installer), command)]]),
    );
    expect([status, output]).toEqual([0, expect.stringContaining('Done.')]);
    const file = join(kit, 'downloads', '1-1-good_one.sh');
    expect(await linesOf('one')).toEqual([
      ...strange.slice(0, -1),
      code(0),
      `--at=${file}`,
      `a${code(0)}b${code(0)}`,
    ]);
    expect(await exists('pwned')).toBe(false);
    await expect(access(join(folder, 'pwned'))).rejects.toThrow('ENOENT');
  });

  test('installs nothing of a product with a wrong hash, installs the others, and ends with 1 naming it', async () => {
    const good = (name: string) => download('/good%20one.sh', sha256(installer), ['{file}', out(name), 'x']);
    const bad = download('/changed.sh', sha256(installer), ['{file}', out('bad'), 'x']);
    const { code: status, output } = await install(
      kitOf(['First', [good('first')]], ['Second', [good('second'), bad]], ['Third', [good('third')]]),
    );
    expect(status).toBe(1);
    expect(output).toMatch(/Not installed:\n {2}Second: \S+changed\.sh is not the file that it should be/);
    expect(output).not.toMatch(/Not installed:[^]*(First|Third)/);
    expect([
      await exists('first'),
      await exists('second'),
      await exists('bad'),
      await exists('third'),
    ]).toEqual([true, false, false, true]);
    await expect(access(join(kit, 'downloads', '2-2-changed.sh'))).rejects.toThrow('ENOENT');
  });

  test('names what could not be downloaded and what could not be installed', async () => {
    const gone = download('/gone.sh', sha256(installer), ['{file}', out('gone')]);
    const broken = download('/failing.sh', sha256(failing), ['{file}', out('broken')]);
    const good = download('/good%20one.sh', sha256(installer), ['sh', '{file}', out('good'), 'x']);
    const { code: status, output } = await install(
      kitOf(['Gone', [gone]], ['Broken', [broken]], ['Good', [good]]),
    );
    expect(status).toBe(1);
    expect(output).toContain(`Gone: ${base}/gone.sh could not be downloaded`);
    expect(output).toContain('Broken: its installer ended with 7');
    expect(await linesOf('good')).toEqual(['x']);
  });

  test('downloads again only what is not there', async () => {
    const facts = kitOf([
      'One',
      [download('/good%20one.sh', sha256(installer), ['{file}', out('one'), 'x'])],
    ]);
    expect((await install(facts)).code).toBe(0);
    expect((await install(facts)).code).toBe(0);
    expect(asked).toEqual(['/good%20one.sh']);
    await writeFile(join(kit, 'downloads', '1-1-good_one.sh'), 'half');
    expect((await install(facts)).code).toBe(0);
    expect(asked).toHaveLength(2);
    expect(await linesOf('one')).toEqual(['x', 'x', 'x']);
  });

  test('lists services, and what has nothing for this platform', async () => {
    const { code: status, output } = await install(
      kitFacts({ products: kitFacts().products.filter(({ downloads }) => downloads === undefined) }),
    );
    expect(status).toBe(0);
    expect(output).toContain(
      'Hosted Email Security\n  a service, at https://hosted-email.example/console?a=1&b=2',
    );
    expect(output).toContain('=Strange “Product” d’or <b>\n  nothing to install here');
  });
});
