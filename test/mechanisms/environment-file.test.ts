import { describe, expect, test } from 'vitest';
import { readEnvironmentFile } from '#src/mechanisms/environment-file.ts';

function read(text: string, environment: Readonly<Record<string, string>> = {}) {
  return readEnvironmentFile(Buffer.from(text, 'utf8'), (name) => environment[name]);
}

/** As `docker compose config` shows them. */
describe('values are read as Docker Compose reads them:', () => {
  test.each([
    ['plain', 'A=b', 'b'],
    ['with # inside', 'A=Zx9#long-random', 'Zx9#long-random'],
    ['with a comment behind a blank', 'A=b # comment', 'b'],
    ['with # behind a tab', 'A=b\t#c', 'b\t#c'],
    ['with blanks around', 'A =  b c  ', 'b c'],
    ['empty', 'A=', ''],
    ['with more = in it', 'A=key=end=', 'key=end='],
    ['with line ends of Windows', 'A=b\r\nB=c\r\n', 'b'],
    ['exported', 'export A=b', 'b'],
    ['after a colon', 'A: b', 'b'],
    ['in single quotes', "A='b # $c \\n' # comment", 'b # $c \\n'],
    ['in double quotes', 'A="b # \\"c\\"\\n"', 'b # "c"\n'],
    ['over several lines', 'A="b\nc"', 'b\nc'],
    ['with a quotation mark inside', `A=b"c'd`, `b"c'd`],
    ['with doubled $', 'A=pa$$word', 'pa$word'],
    ['with an escaped $', 'A="pa\\$word"', 'pa$word'],
    ['with a variable of the environment', 'A=x-$HOST-${HOST}', 'x-db-db'],
    ['with a variable of the file', 'P=pw\nA=u:${P}@h', 'u:pw@h'],
    ['with a default', 'A=${NONE:-b}', 'b'],
    ['the last of several', 'A=a\nA=b', 'b'],
    ['behind comments and empty lines', '# c\n\n  # d\nA=b', 'b'],
  ])('%s', (_, text, value) => {
    const { values, faults } = read(text, { HOST: 'db' });
    expect(faults).toEqual([]);
    expect(values['A']).toBe(value);
  });

  test('a name alone is left to the environment', () => {
    expect(read('A\nB=c')).toEqual({ values: { B: 'c' }, faults: [] });
  });

  test('a byte order mark is no content', () => {
    expect(read('\uFEFFA=b').values).toEqual({ A: 'b' });
  });
});

describe('what cannot be meant is a fault with its line:', () => {
  test.each([
    ['a $ that stands for nothing', 'X=1\nA=pa$word', 2, 'A'],
    ['a $ before digits', 'A=pass__$85858', 1, 'A'],
    ['a password hash', 'A=admin:$2y$05$uGiLGJaXP0', 1, 'A'],
    ['a $ before something else', 'A=50$%off', 1, 'A'],
    ['a quotation mark that stays open', 'A="b\nC=d', 1, 'A'],
    ['text behind a closing quotation mark', 'A="b"c', 1, 'A'],
    ['a line without =', '# x\nsome words', 2, 'some'],
    ['a line that begins with something else', '=b', 1, undefined],
  ])('%s', (_, text, line, variable) => {
    const { faults } = read(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ line, ...(variable !== undefined && { variable }) });
    expect(JSON.stringify(faults)).not.toContain('word"');
  });

  test.each([
    ['with its mark', Buffer.from('\uFEFFA=b', 'utf16le')],
    ['without', Buffer.from('A=b', 'utf16le')],
    ['turned round', Buffer.from('\uFEFFA=b', 'utf16le').swap16()],
  ])('UTF-16 %s', (_, bytes) => {
    const { values, faults } = readEnvironmentFile(bytes, () => undefined);
    expect(values).toEqual({});
    expect(faults).toEqual([{ line: 1, message: expect.stringContaining('UTF-16') }]);
  });

  test('bytes that are not UTF-8', () => {
    const { faults } = readEnvironmentFile(Buffer.from('A=K\u00f6ln', 'latin1'), () => undefined);
    expect(faults).toEqual([{ line: 1, message: expect.stringContaining('not UTF-8') }]);
  });
});
