import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CatalogError, type CatalogProblem } from './catalog.errors.js';
import { checkTogether, type LoadedDefinition } from './catalog-rules.js';
import { parseDefinition } from './definition-parser.js';

/**
 * Reads every `*.yaml` of a folder, in the order of their names.
 * @throws {CatalogError} with every problem of every file.
 */
export async function loadDefinitions(servicesDir: string): Promise<readonly LoadedDefinition[]> {
  const loaded: LoadedDefinition[] = [];
  const problems: CatalogProblem[] = [];
  for (const name of await listFiles(servicesDir, problems)) {
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

/** Names that start with a dot are an editor's or a mounted volume's own. */
async function listFiles(servicesDir: string, problems: CatalogProblem[]): Promise<string[]> {
  try {
    const names = (await readdir(servicesDir)).filter((name) => !name.startsWith('.')).sort();
    for (const name of names.filter((name) => /\.yml$/i.test(name))) {
      const remedy = `rename it to ${name.replace(/\.yml$/i, '.yaml')}`;
      problems.push({ file: shownPath(join(servicesDir, name)), path: '', reason: 'would be ignored', remedy });
    }
    return names.filter((name) => name.endsWith('.yaml'));
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
function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
