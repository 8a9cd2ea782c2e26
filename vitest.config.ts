import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/environment/global-setup.ts'],
    // Processes, not threads: tests send signals, and the servers' clients are native enough to want their own.
    pool: 'forks',
    // Files share two cores with PostgreSQL, Redis and the worker processes that tests start.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**'],
      reporter: ['text', 'lcovonly'],
      thresholds: { branches: 100 },
    },
  },
});
