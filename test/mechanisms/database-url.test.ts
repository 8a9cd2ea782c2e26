import { describe, expect, test } from 'vitest';
import { DatabaseUrlError, parseDatabaseUrl, placeOf } from '#src/mechanisms/database-url.ts';

describe('a database URL as others write it', () => {
  test.each([
    ['postgresql://chancery:pw@/chancery?host=/var/run/postgresql', [['/var/run/postgresql', 5432]]],
    ['postgres://%2Fvar%2Frun%2Fpostgresql:5433/chancery', [['/var/run/postgresql', 5433]]],
    [
      'postgresql://chancery:pw@db1:5432,db2:5433/chancery?target_session_attrs=read-write',
      [
        ['db1', 5432],
        ['db2', 5433],
      ],
    ],
    [
      'postgresql://chancery:pw@db1,db2/chancery?target_session_attrs=primary',
      [
        ['db1', 5432],
        ['db2', 5432],
      ],
    ],
    [
      'postgresql:///chancery?host=db1,db2&port=6000,6001',
      [
        ['db1', 6000],
        ['db2', 6001],
      ],
    ],
    ['postgresql://chancery@[::1]:5434/chancery', [['::1', 5434]]],
  ])('%s names its hosts', (url, hosts) => {
    const target = parseDatabaseUrl(url);
    expect(target.hosts.map(({ host, port }) => [host, port])).toEqual(hosts);
    expect(target.database).toBe('chancery');
  });

  test.each([
    ['postgresql://chancery:p%23a%2Fs@127.0.0.1:5432/chancery', 'p#a/s'],
    ['postgresql://chancery:p#a/s?s@127.0.0.1:5432/chancery', 'p#a/s?s'],
    ['postgresql://chancery:100%@127.0.0.1/chancery', '100%'],
    ['postgresql://chancery:a:b@c@127.0.0.1/chancery', 'a:b@c'],
    ['postgresql://chancery@127.0.0.1/chancery?password=p%20w', 'p w'],
    ['postgresql://127.0.0.1/chancery?user=chancery@tenant&sslmode=disable', undefined],
  ])('%s has its password', (url, password) => {
    const target = parseDatabaseUrl(url);
    expect(target.password).toBe(password);
    expect(target.user).toMatch(/^chancery/);
    expect(target.hosts).toEqual([{ host: '127.0.0.1', port: 5432 }]);
  });

  test('options become settings, which are said after connecting', () => {
    const { settings } = parseDatabaseUrl(
      'postgresql://db/chancery?options=-c%20search_path%3Dapp%20--work-mem=8MB%20-cgeqo=off%20-c%20a.b=one%5C%20two',
    );
    expect(Object.fromEntries(settings)).toEqual({
      search_path: 'app',
      work_mem: '8MB',
      geqo: 'off',
      'a.b': 'one two',
    });
  });

  test('sslmode means what it means to PostgreSQL’s own programs', () => {
    const mode = (text: string) => parseDatabaseUrl(`postgresql://db/chancery?${text}`).sslMode;
    expect(
      ['sslmode=prefer', 'sslmode=allow', 'sslmode=no-verify', 'ssl=true', 'ssl=0&sslmode=disable'].map(mode),
    ).toEqual(['prefer', 'prefer', 'require', 'verify-full', 'disable']);
  });

  test('people are told hosts and database, and no secret', () => {
    expect(placeOf('postgresql://u:secret@db1,[::1]:7/chancery?sslmode=prefer')).toBe(
      'db1:5432,[::1]:7/chancery',
    );
  });
});

test.each([
  ['mysql://db/chancery', /URL like postgresql/],
  ['postgresql://chancery:pw@/chancery', /host/],
  ['postgresql://db', /name a database/],
  ['postgresql://u:pa@ss/word@db/chancery', /%2F/],
  ['postgresql://db/chancery?sslmode=sometimes', /sslmode/],
  ['postgresql://db/chancery?connection_limit=5', /connection_limit/],
  ['postgresql://db/chancery?target_session_attrs=standby', /written/],
  ['postgresql://db:70000/chancery', /port/],
  ['postgresql://db/chancery?options=search_path', /-c name=value/],
])('%s is refused with what to write, and without the password', (url, sentence) => {
  expect(() => parseDatabaseUrl(url)).toThrow(DatabaseUrlError);
  expect(() => parseDatabaseUrl(url)).toThrow(sentence);
  expect(() => parseDatabaseUrl(url)).not.toThrow(/pa@ss|ss\/word/);
});
