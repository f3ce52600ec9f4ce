import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The facts that a PostgreSQL server writes about itself into its data directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** Null until the server has chosen it. */
  readonly port: number | null;
  /** True once it accepts connections. */
  readonly ready: boolean;
}

/** Reads `postmaster.pid` of a data directory; null when there is none. */
export async function readPostmasterFile(directory: string): Promise<PostmasterFile | null> {
  const text = await readFile(postmasterFile(directory), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  const lines = text?.split('\n');
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3]) || null, ready: lines[7]?.trim() === 'ready' };
}

/** Path of the file a running server keeps in its data directory. */
export function postmasterFile(directory: string): string {
  return join(directory, 'postmaster.pid');
}

/** Whether a process of that id exists, under any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is a PostgreSQL server of this directory, not a zombie or a program with its number. */
export async function servesDirectory(pid: number, directory: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  try {
    const command =
      process.platform === 'linux'
        ? await readFile(`/proc/${pid}/cmdline`, 'utf8')
        : (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
    return command.includes('postgres') && command.includes(directory);
  } catch {
    return false;
  }
}
