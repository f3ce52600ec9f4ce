// The end of an interrupted bench, soak or fault suite: at once, because its data is thrown away anyway.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.mjs';

/** From the signal to the end of the program, at most. Ten seconds are promised. */
const END_WITHIN_MS = 8_000;
const CRASH_WITHIN_MS = 3_000;
const LOOK_MS = 20;
/** What a shell says of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/**
 * On the signal kills every child and the PostgreSQL servers below the folder, so that whatever waits for them fails and
 * the program unwinds; one that does not is ended.
 */
export function endAtOnceOn(signal, folder) {
  const end = () => {
    Child.killAll();
    void crashServersBelow(folder);
    setTimeout(() => {
      process.stderr.write('Interrupted; what was under way did not end by itself.\n');
      Child.killAll();
      process.exit(INTERRUPTED);
    }, END_WITHIN_MS).unref();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}

/** Ends the PostgreSQL servers whose data lies in the folder or in a folder of it, and waits for their end. */
export async function crashServersBelow(folder) {
  const pids = await postmastersBelow(folder);
  for (const pid of pids) sendSignal(pid, 'SIGQUIT');
  for (
    const giveUpAt = performance.now() + CRASH_WITHIN_MS;
    pids.some((pid) => sendSignal(pid, 0));
    await sleep(LOOK_MS)
  ) {
    if (performance.now() > giveUpAt) pids.forEach((pid) => sendSignal(pid, 'SIGKILL'));
  }
}

async function postmastersBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = [folder, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))];
  const texts = folders.map((one) => readFile(join(one, 'postgres', 'postmaster.pid'), 'utf8').catch(() => ''));
  return (await Promise.all(texts)).map((text) => Number(text.split('\n')[0])).filter((pid) => pid > 0);
}

/** @returns whether there was such a process */
function sendSignal(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
