import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { installPs1 } from '#src/kit/install-ps1.ts';
import { aDownload, kitFacts } from '#test/kit/sample-kit.ts';

/** The judge is tree-sitter's grammar of PowerShell: it parses, it does not run. */
const resolve = createRequire(import.meta.url).resolve;
let parser: Parser;
beforeAll(async () => {
  await Parser.init();
  const grammar = resolve('tree-sitter-powershell/package.json').replace(
    'package.json',
    'tree-sitter-powershell.wasm',
  );
  parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
});

function faultsOf(script: string): boolean {
  const tree = parser.parse(script.replace('\uFEFF', ''));
  return tree === null || tree.rootNode.hasError;
}

const nasty = `O'Brien ‘x’ ‚y‛ "$(Remove-Item x)" \`n; exit 5 # {0}`;

describe('install.ps1', () => {
  test('is PowerShell, by a parser of others that sees faults', () => {
    expect(faultsOf('function { (')).toBe(true);
    expect(faultsOf(installPs1(kitFacts()))).toBe(false);
  });

  test('begins with a byte order mark, without which PowerShell 5.1 misreads names', () => {
    expect(Buffer.from(installPs1(kitFacts())).subarray(0, 3).toString('hex')).toBe('efbbbf');
  });

  test('keeps every text of the catalog in literal strings, whatever quotes are in it', () => {
    const script = installPs1(
      kitFacts({
        account: 'acme',
        products: [
          {
            product: nasty,
            pid: '100101EN01',
            activationCode: 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY',
            seats: 1,
            validThrough: '2027-01-01',
            downloads: [
              aDownload({
                platform: 'windows',
                install: ['msiexec', '/i', '{file}', nasty, '', 'C={activationCode}'],
              }),
            ],
          },
        ],
      }),
    );
    expect(faultsOf(script)).toBe(false);
    expect(literalsOf(script)).toEqual(
      expect.arrayContaining([nasty, 'msiexec', 'C=OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY']),
    );
    expect(script).toContain(`Invoke-Installer @(('msiexec'), ('/i'), ($file1), `);
  });

  test('leaves out what is for other platforms', () => {
    const script = installPs1(kitFacts());
    expect(script.match(/Get-Verified 'http/g)).toHaveLength(1);
    expect(script).toContain('https://hosted-email.example/console?a=1&b=2');
  });
});

/** The values of all single-quoted strings that the parser finds. */
function literalsOf(script: string): readonly string[] {
  const tree = parser.parse(script.replace('\uFEFF', ''));
  const found = tree?.rootNode.descendantsOfType('verbatim_string_characters') ?? [];
  return found.flatMap((node) =>
    node === null ? [] : [node.text.slice(1, -1).replaceAll(/(['\u2018\u2019\u201A\u201B])\1/g, '$1')],
  );
}
