import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigurationError, loadEnvironmentFile, readConfiguration, settings } from '#src/configuration.ts';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.faults.map((fault) => `${fault.variable} ${fault.message}`);
    }
    throw error;
  }
  return [];
}

describe('an empty environment', () => {
  test('is a complete configuration', () => {
    expect(readConfiguration({})).toEqual({
      catalogPath: expect.stringMatching(/examples\/catalog\.json$/),
      dataDirectory: './data',
      events: 'on',
      httpHost: '127.0.0.1',
      httpPort: 8080,
      mailFrom: 'Chancery <no-reply@localhost>',
      mailCertificates: 'on',
      rateLimitPerMinute: 60_000,
      metricsAccess: 'open',
      logLevel: 'info',
      environmentName: 'local',
      workerConcurrency: 350,
      batchSize: 100,
      batchSlots: 3,
      certificateConcurrency: 2,
      drainDeadlineSeconds: 20,
      reconcileIntervalSeconds: 30,
    });
  });

  test('has a catalog that is there', () => {
    expect(existsSync(readConfiguration({}).catalogPath)).toBe(true);
  });

  test('is what a variable without a value says, too', () => {
    expect(readConfiguration({ HTTP_PORT: '', DATABASE_URL: '  ' })).toEqual(readConfiguration({}));
  });
});

describe('values', () => {
  test('are read from the variable in capitals', () => {
    const read = readConfiguration({
      DATABASE_URL: 'postgres://u:p@db/chancery',
      HTTP_HOST: '0.0.0.0',
      HTTP_PORT: '0',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'debug',
      OPERATOR_API_KEY: 'k'.repeat(24),
    });
    expect(read).toMatchObject({
      databaseUrl: 'postgres://u:p@db/chancery',
      httpHost: '0.0.0.0',
      httpPort: 0,
      rateLimitPerMinute: 0,
      logLevel: 'debug',
      operatorApiKey: 'k'.repeat(24),
    });
  });

  test('of REDIS_URL are one server, or the nodes of a cluster', () => {
    expect(readConfiguration({ REDIS_URL: 'rediss://cache:6380/2' }).redisUrl).toEqual([
      'rediss://cache:6380/2',
    ]);
    expect(readConfiguration({ REDIS_URL: 'redis://a:1, redis://b:2' }).redisUrl).toEqual([
      'redis://a:1',
      'redis://b:2',
    ]);
  });

  test('of PUBLIC_URL may have a path, and lose the slash at their end', () => {
    expect(readConfiguration({ PUBLIC_URL: 'https://example.com/licenses/' }).publicUrl).toBe(
      'https://example.com/licenses',
    );
    for (const odd of [
      'example.com',
      'ftp://example.com',
      'https://a:b@example.com',
      'https://example.com/?x',
    ])
      expect(faultsOf({ PUBLIC_URL: odd })[0]).toMatch(/^PUBLIC_URL must be a URL like/);
    expect(faultsOf({ PUBLIC_URL: 'https://example.com/ops' })[0]).toMatch(
      /^PUBLIC_URL must not have a path/,
    );
  });

  test('of OUTCOMES_QUEUE are names that BullMQ takes', () => {
    for (const name of ['outcomes', 'Auftragsergebnisse (ERP) {1}', 'a/b'])
      expect(readConfiguration({ OUTCOMES_QUEUE: name }).outcomesQueue).toBe(name);
    for (const name of ['a:b', 'x'.repeat(201), 'a\u0000b'])
      expect(faultsOf({ OUTCOMES_QUEUE: name })[0]).toMatch(/^OUTCOMES_QUEUE must be a name for a BullMQ/);
  });

  test('of TRUSTED_PROXIES are addresses and networks', () => {
    expect(readConfiguration({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(faultsOf({ TRUSTED_PROXIES: '10.0.0.0/8,proxy' })).toEqual([
      'TRUSTED_PROXIES must be addresses or networks like 10.0.0.0/8, with commas',
    ]);
  });

  test('of CERTIFICATE_SIGNING_KEY are PEM, PEM on one line, JWK, or the secret bytes', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const jwk = privateKey.export({ format: 'jwk' });
    const forms = [pem, pem.replaceAll('\n', '\\n'), JSON.stringify(jwk), String(jwk.d)];
    for (const form of forms) {
      const read = readConfiguration({ CERTIFICATE_SIGNING_KEY: form }).certificateSigningKey;
      expect(read?.privateKey.equals(privateKey)).toBe(true);
    }
  });
});

describe('faults', () => {
  test.each([
    ['DATABASE_URL', 'mysql://db/chancery', 'must be a URL like postgresql://'],
    ['DATABASE_URL', 'chancery', 'must be a URL like postgresql://'],
    ['DATABASE_URL', 'postgresql://db', 'must name a database'],
    ['REDIS_URL', 'http://cache', 'must be a URL like redis://'],
    ['REDIS_URL', 'redis://a,', 'must be a URL like redis://'],
    ['REDIS_URL', 'redis://a/1,redis://b/1', 'must not choose a database number'],
    ['HTTP_PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['HTTP_PORT', '80a', 'must be a whole number'],
    ['HTTP_PORT', '-1', 'must be a whole number'],
    ['BATCH_SIZE', '0', 'must be a whole number from 1 to 1000'],
    ['BATCH_SLOTS', '1.5', 'must be a whole number'],
    ['WORKER_CONCURRENCY', '99999999999', 'must be a whole number'],
    ['LOG_LEVEL', 'verbose', 'must be fatal, error'],
    ['OPERATOR_API_KEY', 'twenty characters and spaces', 'must be 24 to 200'],
    ['OPERATOR_API_KEY', 'k'.repeat(23), 'must be 24 to 200'],
    ['ENVIRONMENT_NAME', 'x'.repeat(41), 'must have at most 40'],
    ['CERTIFICATE_SIGNING_KEY', 'secret', 'must be an Ed25519 private key'],
    ['CERTIFICATE_SIGNING_KEY', '{"kty":"OKP"}', 'must be an Ed25519 private key'],
  ])('%s=%s %s', (variable, value, message) => {
    expect(faultsOf({ [variable]: value })).toEqual([expect.stringContaining(`${variable} ${message}`)]);
  });

  test('are a key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(faultsOf({ CERTIFICATE_SIGNING_KEY: pem })).toHaveLength(1);
  });

  test('are all reported at once, by name, without the values', () => {
    const environment = {
      DATABASE_URL: 'postgresql://u:hush-hush@db',
      REDIS_URL: 'tcp://:hush-hush@cache,tcp://:hush-hush@cache',
      HTTP_PORT: 'hush-hush',
      OPERATOR_API_KEY: 'hush hush',
      CERTIFICATE_SIGNING_KEY: 'hush-hush',
    };
    expect(faultsOf(environment).map((fault) => fault.split(' ')[0])).toEqual(Object.keys(environment));
    expect(() => readConfiguration(environment)).toThrow(/HTTP_PORT must be.*\n.*OPERATOR_API_KEY must be/);
    expect(() => readConfiguration(environment)).not.toThrow(/hush.hush/);
  });
});

describe('the settings of OIDC', () => {
  const all = {
    OIDC_ISSUER: 'https://login.example/realm',
    OIDC_CLIENT_ID: 'chancery',
    OIDC_CLIENT_SECRET: 'hush-hush',
  };

  test('are all three or none', () => {
    expect(faultsOf(all)).toEqual([]);
    for (const left of Object.keys(all)) {
      const some = Object.fromEntries(Object.entries(all).filter(([name]) => name !== left));
      const faults = faultsOf(some);
      expect(faults).toHaveLength(2);
      for (const fault of faults) expect(fault).toContain(`needs ${left} beside it`);
    }
    expect(faultsOf({ OIDC_ISSUER: all.OIDC_ISSUER, HTTP_PORT: 'x' })).toHaveLength(2);
  });

  test('name an issuer by https, or on this machine by http', () => {
    for (const issuer of ['https://login.example', 'http://127.0.0.1:9000', 'http://localhost:9000/realm'])
      expect(faultsOf({ ...all, OIDC_ISSUER: issuer })).toEqual([]);
    for (const issuer of [
      'http://login.example',
      'login.example',
      'https://u:p@login.example',
      'ftp://a.example',
    ])
      expect(faultsOf({ ...all, OIDC_ISSUER: issuer })).toHaveLength(1);
  });
});

test('every setting is described, with what holds without it', () => {
  expect(settings.map((setting) => setting.variable)).toContain('REDIS_URL');
  for (const setting of settings) {
    expect(setting).toEqual({
      variable: expect.stringMatching(/^[A-Z_]+$/),
      description: expect.stringMatching(/.{10,}\.$/),
      absent: expect.stringMatching(/./),
    });
  }
});

describe('a .env file', () => {
  test('adds what is not set, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chancery-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, '.env'), 'CHANCERY_TEST_SET=file\nCHANCERY_TEST_UNSET=file\n');
    process.env['CHANCERY_TEST_SET'] = 'environment';
    onTestFinished(() => {
      delete process.env['CHANCERY_TEST_SET'];
      delete process.env['CHANCERY_TEST_UNSET'];
    });

    loadEnvironmentFile(join(folder, '.env'));

    expect(process.env['CHANCERY_TEST_SET']).toBe('environment');
    expect(process.env['CHANCERY_TEST_UNSET']).toBe('file');
  });

  test('need not be there', () => {
    expect(() => loadEnvironmentFile('/nowhere/.env')).not.toThrow();
  });
});
