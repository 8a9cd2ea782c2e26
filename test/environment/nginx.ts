import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe } from 'vitest';
import { freePort } from '#test/environment/free-port.ts';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;

/** Tests behind a real proxy; without one they are skipped, and say why. */
export function describeWithNginx(name: string, tests: () => void): void {
  describe.skipIf(!hasNginx)(hasNginx ? name : `${name} (skipped: no nginx on the PATH)`, tests);
}

export interface Nginx {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A proxy with one server. @param locations of its configuration @param port a free one where none is given */
export async function startNginx(locations: string, ownPort?: number): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-nginx-'));
  const port = ownPort ?? (await freePort());
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
     events { worker_connections 64; }
     http { access_log off; ${temp} client_max_body_size 50m;
       server { listen 127.0.0.1:${port}; ${locations} } }`,
  );
  const child = spawn('nginx', ['-e', `${folder}/error.log`, '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    await setTimeout(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', killAtExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
