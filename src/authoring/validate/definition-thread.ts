import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DefinitionTask } from './definition-worker.js';
import type { Finding } from './finding.js';

const WITHIN_MS = 20_000;
const HEAP_MB = 256;

/**
 * Reads a text and holds it to the rules of Adobe's screen, in a thread of its own: half a second of it in the main loop would
 * keep every request waiting. Null: the thread came to no end in its time or its memory.
 */
export function readInThread(task: DefinitionTask): Promise<readonly Finding[] | null> {
  const worker = new Worker(findWorkerFile(), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    // A thread knows neither the environment, which holds secrets, nor the flags of the process.
    env: {},
    argv: [],
    execArgv: [],
  });
  return new Promise((resolve) => {
    const end = (findings: readonly Finding[] | null): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(findings);
    };
    const timer = setTimeout(() => end(null), WITHIN_MS);
    worker.once('message', (findings: readonly Finding[]) => end(findings));
    // Too deep, or too much: the text has told nothing else to blame.
    worker.once('error', () => end(null));
    worker.once('exit', () => end(null));
  });
}

/** Threads load compiled files only. Where a test runner loads the sources, the build is beside them. */
function findWorkerFile(): string {
  const beside = fileURLToPath(new URL('./definition-worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../../dist/src/authoring/validate/definition-worker.js', import.meta.url));
}
