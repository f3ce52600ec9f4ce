import { configDefaults, defineConfig } from 'vitest/config';

/** Specs whose proof is a short time: they run after the others and one by one, or they would measure their neighbours. */
const TIMED = ['test/fairness.spec.ts', 'test/fan-out.spec.ts', 'test/your-first-service.spec.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: ['./test/support/global-setup.ts'],
    setupFiles: ['./test/support/setup.ts'],
    // Files share nothing but modules: loading those once per worker instead of once per file saves a third of the time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second, the default, is short on a machine that does something else as well.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          // Those in the folder itself are of users: docs/your-first-service.md tells them to put their provider's there.
          include: ['src/**/*.spec.ts', 'simulator/**/*.spec.ts', '*.spec.mjs'],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'flows',
          include: ['test/**/*.spec.ts'],
          exclude: [...configDefaults.exclude, ...TIMED],
          // Most of them wait for timers and sockets: three side by side keep two cores busy.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
