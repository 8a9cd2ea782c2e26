#!/usr/bin/env node
// Runs the command on the Node.js that comes with the dependencies, whatever version the machine has, and says nothing itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const own = at(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`);
const node = existsSync(own) ? own : process.execPath;
const child = spawn(node, ['--max-semi-space-size=16', at('src/chancery.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: at('node_modules/.cache/chancery'), ...process.env },
});
// A terminal sends Ctrl-C to both of us; the other signals are for the command, too.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`Chancery cannot start (${error.message}). Does "npm ci" help?\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
});
