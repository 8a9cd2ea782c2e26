import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examine } from '#src/doctor/doctor.ts';
import { serverAccount } from '#src/embedded-postgres/account.ts';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { openSystem } from '#src/process/system.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { freePort } from '#test/environment/free-port.ts';
import { ownAuthority } from '#test/environment/own-authority.ts';
import { testServerSettings } from '#test/environment/services.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { silent } from '#test/workers/open-queue-site.ts';
import { startWorkers } from '#workers/worker-process.ts';

const longMs = 600_000;

interface Server {
  readonly port: number;
  readonly password: string;
  /** Makes a database and gives its name. */
  database(): Promise<string>;
  readonly stop: () => Promise<void>;
}

let folder = '';
/** Speaks TLS to who asks for it, and has a socket file. */
let open: Server;
/** Neither. */
let plain: Server;
let caFile = '';

async function startServer(name: string, settings: readonly string[]): Promise<Server> {
  const server = await startEmbeddedPostgres({
    directory: join(folder, name),
    settings: [...testServerSettings, ...settings],
    log: () => {},
  });
  const { port, password } = new URL(server.url);
  let made = 0;
  return {
    port: Number(port),
    password: decodeURIComponent(password),
    async database() {
      made += 1;
      await onDatabase(server.url, `create database place_${made}`);
      return `place_${made}`;
    },
    stop: server.stop,
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-places-'));
  await chmod(folder, 0o777);
  const account = await serverAccount(join(folder, 'none'), () => {});
  // For localhost alone: its address is not the name that stands in it.
  const files = await ownAuthority(folder, []);
  caFile = files.caFile;
  if (account) await chown(files.keyFile, account.uid, account.gid);
  open = await startServer('open', [
    `unix_socket_directories=${folder}`,
    'unix_socket_permissions=0777',
    'ssl=on',
    `ssl_cert_file=${files.certificateFile}`,
    `ssl_key_file=${files.keyFile}`,
  ]);
  plain = await startServer('plain', []);
});

afterAll(async () => {
  await open.stop();
  await plain.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs what `migrate`, `doctor`, an api and a worker do there; gives how their sessions came. */
async function tried(url: string) {
  const environment = { DATABASE_URL: url, DATA_DIRECTORY: folder, HTTP_PORT: '0' };
  const configuration = readConfiguration(environment);
  await migrateAll(url, configuration);
  const system = await openSystem({
    configuration,
    databaseUrl: url,
    log: silent,
    poolSize: 6,
    applicationName: 'test',
  });
  const workers = startWorkers({ ...system, sizes: configuration });
  onTestFinished(async () => {
    await workers.close(10_000);
    await system.close();
  });
  const ask = (sql: string) => statement(reading(system.database), sql);
  await ask("insert into reseller (name, license_type) values ('northwind', 'reseller')");
  const nobodys = order({ customer: { account: undefined } });
  const accepted = await acceptMessages(system.fulfillment, [nobodys], 'test');
  await system.queues.enqueueRecorded(
    'upgrade-order',
    accepted.flatMap((one) => ('id' in one ? [one.id] : [])),
  );
  await expect
    .poll(() => ask('select status from message'), { timeout: longMs / 3 })
    .toEqual([{ status: 'fulfilled' }]);
  const findings = await examine(environment);
  const [sessions] = await ask(
    `select bool_and(ssl) as all_encrypted, bool_or(ssl) as any_encrypted, bool_or(client_addr is not null) as by_tcp,
       current_setting('application_name') as name
     from pg_stat_ssl join pg_stat_activity using (pid) where datname = current_database() and backend_type = 'client backend'`,
  );
  return {
    sessions,
    complaints: findings
      .filter(({ check, verdict }) => verdict === 'problem' && check !== 'Durability')
      .map(({ check, message }) => `${check}: ${message}`),
  };
}

const encrypted = { all_encrypted: true, any_encrypted: true, by_tcp: true };
const inTheClear = { all_encrypted: false, any_encrypted: false, by_tcp: true };

const at = ({ password }: Server, hosts: string, rest: string) =>
  `postgresql://chancery:${encodeURIComponent(password)}@${hosts}/${rest}`;

/** What doctor says is wrong, and what to do. */
async function faultOf(url: string): Promise<string> {
  const found = await examine({ DATABASE_URL: url, DATA_DIRECTORY: folder });
  const finding = found.find(({ check }) => check === 'PostgreSQL');
  expect(finding).toMatchObject({ verdict: 'problem' });
  return `${finding?.message} → ${finding?.advice}`;
}

describe('orders go through queues and PostgreSQL, and doctor is content,', { timeout: longMs }, () => {
  test('by a socket file', async () => {
    const url = at(open, '', `${await open.database()}?host=${encodeURIComponent(folder)}&port=${open.port}`);
    expect(await tried(url)).toEqual({
      sessions: expect.objectContaining({ any_encrypted: false, by_tcp: false }),
      complaints: [],
    });
  });

  test.each(['require', 'no-verify', 'prefer', 'allow'])('encrypted, by sslmode=%s', async (mode) => {
    const url = at(open, `127.0.0.1:${open.port}`, `${await open.database()}?sslmode=${mode}`);
    expect(await tried(url)).toEqual({ sessions: expect.objectContaining(encrypted), complaints: [] });
  });

  test.each([
    ['verify-full', 'localhost'],
    ['verify-ca', '127.0.0.1'],
    ['require', '127.0.0.1'],
  ])('by sslmode=%s and an authority of its own, at %s', async (mode, host) => {
    const rest = `${await open.database()}?sslmode=${mode}&sslrootcert=${encodeURIComponent(caFile)}`;
    expect(await tried(at(open, `${host}:${open.port}`, rest))).toEqual({
      sessions: expect.objectContaining(encrypted),
      complaints: [],
    });
  });

  test.each(['prefer', 'allow', 'disable'])(
    'in the clear, by sslmode=%s on a server without TLS',
    async (mode) => {
      const url = at(plain, `127.0.0.1:${plain.port}`, `${await plain.database()}?sslmode=${mode}`);
      expect(await tried(url)).toEqual({ sessions: expect.objectContaining(inTheClear), complaints: [] });
    },
  );

  test.each(['?target_session_attrs=read-write', '?target_session_attrs=primary', ''])(
    'at the one of several hosts that answers and can be written to%s',
    async (attributes) => {
      const name = await plain.database();
      const nobody = await freePort();
      const hosts = `127.0.0.1:${nobody},127.0.0.1:${plain.port}`;
      expect(await tried(at(plain, hosts, `${name}${attributes}`))).toMatchObject({ complaints: [] });
    },
  );
});

describe('doctor says what to write', { timeout: longMs }, () => {
  test.each(['require', 'verify-ca', 'verify-full', 'no-verify'])(
    'when sslmode=%s asks for TLS that the server does not speak',
    async (mode) => {
      expect(await faultOf(at(plain, `127.0.0.1:${plain.port}`, `chancery?sslmode=${mode}`))).toMatch(
        /does not support SSL.*→ .*sslmode=prefer/,
      );
    },
  );

  test.each(['verify-ca', 'verify-full'])('when nobody knows the authority, by sslmode=%s', async (mode) => {
    expect(await faultOf(at(open, `localhost:${open.port}`, `chancery?sslmode=${mode}`))).toMatch(
      /certificate.*→ .*sslrootcert=/,
    );
  });

  test('when the certificate is for another name', async () => {
    const rest = `chancery?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`;
    expect(await faultOf(at(open, `127.0.0.1:${open.port}`, rest))).toMatch(/altnames.*→ .*verify-ca/);
  });

  test('when none of several hosts can be written to', async () => {
    const name = await open.database();
    const readOnly = urlOfDatabase(at(open, `127.0.0.1:${open.port}`, ''), name);
    await onDatabase(readOnly, `alter database ${name} set default_transaction_read_only = on`);
    const fault = await faultOf(
      at(open, `127.0.0.1:${await freePort()},127.0.0.1:${open.port}`, `${name}?target_session_attrs=any`),
    );
    expect(fault).toMatch(/ECONNREFUSED.*read-only.*→ .*primary/);
  });

  test('when password, database or host are wrong', async () => {
    const wrong = at({ ...open, password: 'wrong' }, `127.0.0.1:${open.port}`, 'chancery');
    expect(await faultOf(wrong)).toMatch(/authentication failed.*→ Correct user and password/);
    expect(await faultOf(at(open, `127.0.0.1:${open.port}`, 'nothing'))).toMatch(/→ Create the database/);
    expect(await faultOf(at(open, `127.0.0.1:${await freePort()}`, 'chancery'))).toMatch(/→ Start it/);
    expect(await faultOf(at(open, '', 'chancery?host=/nowhere'))).toMatch(/→ .*folder of the socket/);
  });

  test('when the file of the authority is not there', async () => {
    const rest = 'chancery?sslmode=verify-full&sslrootcert=/nowhere/ca.pem';
    expect(await faultOf(at(open, `localhost:${open.port}`, rest))).toContain('/nowhere/ca.pem');
  });
});
