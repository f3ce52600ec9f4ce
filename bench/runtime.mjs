// Which Node is measured: the one that runs the bench, or the one that --node-bin names.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Whether the file is the Node that runs this process. */
export function isThisNode(file) {
  return existsSync(file) && realpathSync(file) === realpathSync(process.execPath);
}

/**
 * Runs the whole bench once more under another Node: every process of it, of both sides, is started from the same file.
 * @returns its exit code, 2 when the file is no Node that starts
 */
export async function runUnder(file, args) {
  const child = spawn(file, [process.argv[1], ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well, which then ends in order.
  const forward = (signal) => child.kill(signal);
  const ignore = () => undefined;
  process.on('SIGTERM', forward).on('SIGINT', ignore);
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) => {
        process.stderr.write(`--node-bin ${file} does not start: ${error.message}\n`);
        resolve(2);
      });
      child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
  } finally {
    process.off('SIGTERM', forward).off('SIGINT', ignore);
  }
}

/** A sentence when this is another major than the container image's; null when it is the same. */
export function describeOtherRuntime() {
  const image = /^FROM node:(\d+)/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1];
  const major = process.versions.node.split('.')[0];
  if (image === undefined || image === major) return null;
  return `This is Node ${process.version}; the image runs Node ${image}. Measure there: --node-bin names its binary.`;
}
