import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CatalogError, type CatalogProblem } from './catalog.errors.js';
import { checkTogether, type LoadedDefinition } from './catalog-rules.js';
import { parseDefinition } from './definition-parser.js';

/** Endings of service definitions, in any case of letters. JSON is YAML too. */
const DEFINITION = /\.(?:ya?ml|json)$/i;

/** Names that start with a dot are an editor's or a mounted volume's own. */
export function isDefinitionName(name: string): boolean {
  return !name.startsWith('.') && DEFINITION.test(name);
}

/**
 * Reads every `.yaml`, `.yml` and `.json` file of a folder, in the order of their names.
 * @param warn is told of every other file and folder: it may be a definition with a wrong ending.
 * @throws {CatalogError} with every problem of every file.
 */
export async function loadDefinitions(
  servicesDir: string,
  warn: (message: string) => void = () => undefined,
): Promise<readonly LoadedDefinition[]> {
  const loaded: LoadedDefinition[] = [];
  const problems: CatalogProblem[] = [];
  for (const name of await listFiles(servicesDir, problems, warn)) {
    const file = shownPath(join(servicesDir, name));
    const text = await readText(join(servicesDir, name), file, problems);
    if (text === null) {
      continue;
    }
    const parsed = parseDefinition(text, file);
    if (parsed.kind === 'valid') {
      loaded.push({ file, definition: parsed.definition });
    } else {
      problems.push(...parsed.problems);
    }
  }
  problems.push(...checkTogether(loaded));
  if (problems.length > 0) {
    throw new CatalogError(problems);
  }
  return loaded;
}

async function listFiles(
  servicesDir: string,
  problems: CatalogProblem[],
  warn: (message: string) => void,
): Promise<string[]> {
  try {
    const entries = (await readdir(servicesDir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    const isDefinition = (entry: Dirent): boolean => !entry.isDirectory() && isDefinitionName(entry.name);
    for (const entry of entries.filter((entry) => !isDefinition(entry))) {
      const what = entry.isDirectory() ? 'folders are not looked into' : 'a definition ends in .yaml, .yml or .json';
      warn(`${shownPath(join(servicesDir, entry.name))} is not read: ${what}`);
    }
    return entries
      .filter(isDefinition)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const remedy = 'point SERVICES_DIR at the folder of service definitions';
    problems.push({ file: shownPath(servicesDir), path: '', reason: unreadable(error), remedy });
    return [];
  }
}

async function readText(path: string, file: string, problems: CatalogProblem[]): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    problems.push({ file, path: '', reason: unreadable(error), remedy: 'make it a readable UTF-8 file' });
    return null;
  }
}

function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `cannot be read: ${code ?? message}`;
}

/** As an operator would type it from where the service was started. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}
