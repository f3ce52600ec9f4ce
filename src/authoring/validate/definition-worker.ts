import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Installation } from './installation.js';
import { ServiceCheck } from './service-check.js';

/** One text to look at. */
export interface DefinitionTask {
  readonly file: string;
  readonly text: string;
  readonly installation: Installation;
}

const NICENESS = 5;

const { file, text, installation } = workerData as DefinitionTask;
// Linux counts this for the calling thread alone: requests come first.
if (process.platform === 'linux') setPriority(NICENESS);
const [checked] = new ServiceCheck(installation, null).check([{ file, text }], []);
parentPort?.postMessage(checked?.findings ?? []);
