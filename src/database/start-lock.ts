import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './postmaster-file.js';

const WAIT_MS = 120_000;
const POLL_MS = 25;

/**
 * Runs `work` while no other process does so under the same lock file. A lock left by a dead process is taken over.
 * @throws when the lock is not free within two minutes.
 */
export async function withStartLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const mine = `${process.pid} ${randomUUID()}`;
  await acquire(file, mine);
  try {
    return await work();
  } finally {
    if ((await read(file)) === mine) await rm(file, { force: true });
  }
}

async function acquire(file: string, mine: string): Promise<void> {
  const giveUpAt = Date.now() + WAIT_MS;
  let unwritten = 0;
  for (;;) {
    if (await create(file, mine)) return;
    const held = await read(file);
    // Empty: its maker is between creating and writing it, or died there.
    unwritten = held === '' ? unwritten + 1 : 0;
    const holder = Number(held?.split(' ')[0]);
    if (held !== null && (held === '' ? unwritten > 100 : !isAlive(holder))) await takeAway(file, held);
    if (Date.now() > giveUpAt) throw new Error(`${file} is held by process ${held ?? '?'}: is it hanging?`);
    await sleep(POLL_MS);
  }
}

async function create(file: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(mine).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Renaming decides between two that found the same dead lock; a live one moved by mistake is put back. */
async function takeAway(file: string, dead: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside)) !== dead) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
