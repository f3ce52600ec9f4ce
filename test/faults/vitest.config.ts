import { defineConfig } from 'vitest/config';

/** The long form of the fault suite: one file, one scenario after the other. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    pool: 'forks',
    globalSetup: ['./test/support/global-setup.ts'],
    setupFiles: ['./test/support/setup.ts'],
    include: ['test/faults/full-suite.ts'],
    reporters: ['verbose'],
    maxConcurrency: 4,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
