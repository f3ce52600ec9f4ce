import type { TestProject } from 'vitest/node';
import { endAbandonedRuns, endRun, makeRunDirectory } from './test-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** DATA_DIR of the run's PostgreSQL, which the first file that needs it starts. */
    runDirectory: string;
  }
}

/** Gives a run its directory; unit specs alone never start a server. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await endAbandonedRuns();
  const runDirectory = makeRunDirectory();
  project.provide('runDirectory', runDirectory);
  return () => endRun(runDirectory);
}
