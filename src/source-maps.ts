import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type SourceMapPayload, SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The build: packages are not in it, and their maps are never read. */
const BUILD = join(import.meta.dirname, '..');
/** Files of many modules each, with maps that `scripts/bundle-maps.mjs` wrote. */
const BUNDLE = join(BUILD, 'bundle');
/** More modules than errors of one cause pass through; a map takes about 50 KB. */
const MAPS_MAX = 100;

/** The map of one module, and the line of its file that it begins with, from 0. */
interface ModuleMap {
  readonly map: SourceMap;
  readonly folder: string;
  readonly firstLine: number;
}

/** A module in a file of the bundle: its first line, its source, and where its mappings begin and end in the file of maps. */
type BundledModule = readonly [firstLine: number, source: string, begin: number, end: number];

const maps = new Map<string, ModuleMap | null>();
const bundles = new Map<string, readonly BundledModule[]>();

/**
 * Errors name lines of the TypeScript sources from here on. A file's map is read when an error first names the file. Node's own
 * support lost: it reads the map of each module that is loaded, a tenth of a start, and keeps it in the heap.
 */
export function traceToSources(): void {
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => `\n    at ${describe(frame)}`);
    return `${headline(error)}${lines.join('')}`;
  };
}

/** As V8 writes it. */
function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
}

function describe(frame: NodeJS.CallSite): string {
  // Its own, as V8 writes it; the types do not know of it.
  // eslint-disable-next-line @typescript-eslint/no-base-to-string
  const written = String(frame);
  try {
    const place = findSource(frame);
    return place === null ? written : written.replace(place.compiled, () => place.source);
  } catch {
    // A stack that names compiled lines is better than none.
    return written;
  }
}

function findSource(frame: NodeJS.CallSite): { readonly compiled: string; readonly source: string } | null {
  const name = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (name === null || name === undefined || line === null || column === null) return null;
  const place = findPlace(name.startsWith('file:') ? fileURLToPath(name) : name, line - 1, column - 1);
  if (place === null) return null;
  return { compiled: `${name}:${line}:${column}`, source: `${place.file}:${place.line + 1}:${place.column + 1}` };
}

/** The place in the sources that a place in the build was made from. Lines and columns begin with 0. */
export function findPlace(
  file: string,
  line: number,
  column: number,
): { readonly file: string; readonly line: number; readonly column: number } | null {
  if (!file.startsWith(BUILD)) return null;
  const found = readMap(file, line);
  if (found === null) return null;
  const entry = found.map.findEntry(line - found.firstLine, column);
  if (!('originalSource' in entry)) return null;
  const { originalSource, originalLine, originalColumn } = entry;
  return { file: resolve(found.folder, originalSource), line: originalLine, column: originalColumn };
}

/** Null for a line without one. */
function readMap(file: string, line: number): ModuleMap | null {
  const bundled = dirname(file) === BUNDLE ? findBundled(file, line) : null;
  const key = bundled === null ? file : `${file}:${bundled[0]}`;
  const known = maps.get(key);
  if (known !== undefined) return known;
  if (maps.size >= MAPS_MAX) maps.clear();
  const read = bundled === null ? readOwnMap(file) : readBundledMap(file, bundled);
  maps.set(key, read);
  return read;
}

function readOwnMap(file: string): ModuleMap | null {
  try {
    const payload = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload;
    return { map: new SourceMap(payload), folder: dirname(file), firstLine: 0 };
  } catch {
    return null;
  }
}

/** The last module that begins at the line or before. */
function findBundled(file: string, line: number): BundledModule | null {
  let modules = bundles.get(file);
  if (modules === undefined) bundles.set(file, (modules = readBundled(file)));
  let [low, high] = [0, modules.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((modules[middle]?.[0] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return modules[low - 1] ?? null;
}

function readBundled(file: string): readonly BundledModule[] {
  try {
    const text = readFileSync(`${file}.maps`, 'latin1');
    const head = text.slice(0, text.indexOf('\n'));
    const start = head.length + 1;
    const modules = JSON.parse(head) as BundledModule[];
    return modules.map(([firstLine, source, begin, end]) => [firstLine, source, start + begin, start + end]);
  } catch {
    return [];
  }
}

/** Only the module's part of the file: meanwhile the service answers no request. */
function readBundledMap(file: string, [firstLine, source, begin, end]: BundledModule): ModuleMap | null {
  try {
    const part = Buffer.alloc(end - begin);
    const descriptor = openSync(`${file}.maps`, 'r');
    try {
      readSync(descriptor, part, 0, part.length, begin);
    } finally {
      closeSync(descriptor);
    }
    const mappings = part.toString('latin1');
    const rest = { file, sourceRoot: '', sourcesContent: [], names: [] };
    const map = new SourceMap({ ...rest, version: 3, sources: [source], mappings });
    return { map, folder: dirname(file), firstLine };
  } catch {
    return null;
  }
}
