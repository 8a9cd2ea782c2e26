import { expect, test } from 'vitest';
import { adminOf, redisForTest, testFolder } from '#test/environment/redis-places.ts';
import { isInstalled } from '#test/environment/redis-program.ts';
import { evictionFault, persistenceFault, readRedisInfo, redisReports } from '#workers/redis-report.ts';

/** What the servers call themselves: valkey-io/valkey-doc, commands/info.md, and #427 there; Redis by its own INFO. */
const valkey = (mode: string) =>
  [
    '# Server',
    'redis_version:7.2.4',
    'server_name:valkey',
    'valkey_version:8.1.3',
    `server_mode:${mode}`,
    '# Memory',
    'maxmemory_policy:noeviction',
    '# Persistence',
    'aof_enabled:1',
    '# Replication',
    'role:master',
    '# Cluster',
    `cluster_enabled:${mode === 'cluster' ? 1 : 0}`,
    '',
  ].join('\r\n');

test('Valkey is told by its name, and its version is its own and not the one it is compatible with', () => {
  expect(readRedisInfo('valkey.example:6379', valkey('standalone'))).toEqual({
    address: 'valkey.example:6379',
    product: 'Valkey',
    version: '8.1.3',
    evictionPolicy: 'noeviction',
    appendOnly: true,
    isCluster: false,
    isReplica: false,
  });
});

test('a cluster of Valkey is one, where only the mode says so, too', () => {
  expect(readRedisInfo('a', valkey('cluster')).isCluster).toBe(true);
  expect(readRedisInfo('a', valkey('cluster').replace('cluster_enabled:1\r\n', '')).isCluster).toBe(true);
});

test('the first Valkey, which had no version of its own, is told by its name', () => {
  const first = valkey('standalone').replace('valkey_version:8.1.3\r\n', '');
  expect(readRedisInfo('a', first)).toMatchObject({ product: 'Valkey', version: '7.2.4' });
});

test('Redis is Redis; what evicts keys or keeps nothing on its disk is said with its address', () => {
  const info =
    'redis_version:7.0.15\r\nredis_mode:standalone\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:0\r\nrole:slave\r\n';
  const report = readRedisInfo('cache.example:6379', info);
  expect(report).toMatchObject({ product: 'Redis', version: '7.0.15', isCluster: false, isReplica: true });
  expect(evictionFault(report)).toContain('allkeys-lru of cache.example:6379');
  expect(persistenceFault(report)).toContain('cache.example:6379');
});

test.runIf(isInstalled('valkey-server'))(
  'a Valkey that is there says what was read in its documentation (needs valkey-server on the PATH)',
  async () => {
    const server = await redisForTest(await testFolder(), [], undefined, 'valkey-server');
    const [report] = await redisReports(adminOf(server), `127.0.0.1:${server.port}`);
    expect(report).toEqual({
      address: `127.0.0.1:${server.port}`,
      product: 'Valkey',
      version: expect.stringMatching(/^[89]\.\d+\.\d+$/),
      evictionPolicy: 'noeviction',
      appendOnly: true,
      isCluster: false,
      isReplica: false,
    });
  },
);
