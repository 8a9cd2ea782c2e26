import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/environment/global-setup.ts'],
    // Processes, not threads: tests send signals, and the servers' clients are native enough to want their own.
    pool: 'forks',
    // As the scripts of package.json: programs that tests start need not translate and compile the product anew, which is half of a start.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/chancery', import.meta.url)) },
    // A process takes file after file: to load the product anew for each was a third of the processors' time. What a file needs to have for
    // itself (a database, a folder, a prefix) it makes for itself; what it changes of its process it puts back.
    isolate: false,
    // Half of what files do is waiting, for PostgreSQL, browsers and the processes that they start. Each takes connections of one server.
    maxWorkers: Math.min(8, Math.max(4, availableParallelism())),
    // Much longer than anything takes: a busy machine is no fault. What hangs is found all the same.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**'],
      reporter: ['text', 'lcovonly'],
      thresholds: { branches: 100 },
    },
  },
});
