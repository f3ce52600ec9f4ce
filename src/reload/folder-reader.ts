import { setTimeout as sleep } from 'node:timers/promises';
import { CatalogError } from '../catalog/catalog.errors.js';
import { loadDefinitions, shownPath } from '../catalog/catalog-loader.js';
import type { LoadedDefinition } from '../catalog/catalog-rules.js';
import { printOf } from './folder-print.js';

const TURNS = 10;
const PAUSE_MS = 200;

/**
 * Reads the folder whole: a reading during which a file changed is made again.
 * @param mayBeEmpty as where nothing is served anyway.
 * @throws {CatalogError} with every problem; also for a folder that does not come to rest, or that is empty.
 */
export async function readFolder(
  folder: string,
  warn: (message: string) => void,
  mayBeEmpty: boolean,
): Promise<readonly LoadedDefinition[]> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = await printOf(folder);
    const read = await loadDefinitions(folder, turn === 0 ? warn : undefined).catch((error: unknown) => error as Error);
    if ((await printOf(folder)) === before) {
      if (read instanceof Error) throw read;
      if (read.length === 0 && !mayBeEmpty) throw emptyFolder(folder);
      return read;
    }
    await sleep(PAUSE_MS);
  }
  const reason = 'does not come to rest: it changed during each of ten readings';
  throw new CatalogError([
    { file: shownPath(folder), path: '', reason, remedy: 'write files whole, then send SIGHUP' },
  ]);
}

/** A volume that is not mounted looks like this: switching everything off has a way of its own. */
function emptyFolder(folder: string): CatalogError {
  const remedy = 'put the definitions back; to switch a service off, write enabled: false';
  return new CatalogError([{ file: shownPath(folder), path: '', reason: 'has no service definitions', remedy }]);
}
