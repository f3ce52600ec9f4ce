import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDefinitionName } from '../../catalog/catalog-loader.js';
import { UsageError } from '../command.js';

/** Files and addresses to look at. */
export interface Targets {
  readonly files: readonly string[];
  readonly addresses: readonly string[];
}

/**
 * Sorts the words of a command into files and addresses; a folder stands for its definitions.
 * @throws UsageError for a path that is not there, or a folder without definitions.
 */
export async function findTargets(words: readonly string[]): Promise<Targets> {
  const addresses = words.filter((word) => /^https?:\/\//i.test(word));
  const paths = words.filter((word) => !addresses.includes(word));
  const files = (await Promise.all(paths.map(filesOf))).flat();
  return { files: [...new Set(files)], addresses: [...new Set(addresses)] };
}

/** The definitions that the service would read from a folder, in its order. */
export async function definitionsIn(folder: string): Promise<readonly string[]> {
  const isDefinition = (entry: Dirent): boolean => !entry.isDirectory() && isDefinitionName(entry.name);
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(isDefinition)
    .map(({ name }) => join(folder, name))
    .sort();
}

/** A file's text; null where it is not UTF-8. @throws UsageError where it cannot be read. */
export async function readText(path: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? ''}`, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function folderOf(path: string): string {
  return resolve(dirname(path));
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`${path} is not there`);
  if (!found.isDirectory()) return [resolve(path)];
  const files = await definitionsIn(resolve(path));
  if (files.length === 0) throw new UsageError(`${path} has no .yaml, .yml or .json file`);
  return files;
}
