import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CatalogError, type CatalogProblem } from './catalog.errors.js';
import { checkTogether, type LoadedDefinition } from './catalog-rules.js';
import { parseDefinition } from './definition-parser.js';
import type { ServiceDefinition } from './service-definition.js';

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
  const { names, others } = await listFiles(servicesDir, problems);
  for (const name of names) {
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
  const beside = new Set(loaded.flatMap(({ definition }) => filesBeside(definition)));
  for (const { name, why } of others) {
    if (!beside.has(name)) warn(`${shownPath(join(servicesDir, name))} is not read: ${why}`);
  }
  problems.push(...checkTogether(loaded));
  if (problems.length > 0) {
    throw new CatalogError(problems);
  }
  return loaded;
}

/** Icons and instructions that a definition names. */
function filesBeside({ marketo }: ServiceDefinition): string[] {
  if (marketo === null) return [];
  return [marketo.icons.brand, marketo.icons.service, marketo.instructions].filter((name) => name !== null);
}

interface Listed {
  /** Files of definitions. */
  readonly names: readonly string[];
  readonly others: readonly { readonly name: string; readonly why: string }[];
}

async function listFiles(servicesDir: string, problems: CatalogProblem[]): Promise<Listed> {
  try {
    const entries = (await readdir(servicesDir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    const isDefinition = (entry: Dirent): boolean => !entry.isDirectory() && isDefinitionName(entry.name);
    const others = entries
      .filter((entry) => !isDefinition(entry))
      .map((entry) => {
        const why = entry.isDirectory() ? 'folders are not looked into' : 'a definition ends in .yaml, .yml or .json';
        return { name: entry.name, why };
      });
    const names = entries.filter(isDefinition).map(({ name }) => name);
    return { names: names.sort(), others };
  } catch (error) {
    const remedy = 'point SERVICES_DIR at the folder of service definitions';
    problems.push({ file: shownPath(servicesDir), path: '', reason: unreadable(error), remedy });
    return { names: [], others: [] };
  }
}

async function readText(path: string, file: string, problems: CatalogProblem[]): Promise<string | null> {
  try {
    // A pipe or a device is opened like a file, and its end may never come.
    if (!(await stat(path)).isFile()) throw new Error('it is no regular file');
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
