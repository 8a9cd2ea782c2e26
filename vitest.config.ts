import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/environment/global-setup.ts'],
    // Processes, not threads: tests send signals, and the servers' clients are native enough to want their own.
    pool: 'forks',
    // Files share two cores with PostgreSQL, Redis and the worker processes that tests start.
    maxWorkers: 2,
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
