import { readFileSync } from 'node:fs';
import { type SourceMapPayload, SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The build: packages are not in it, and their maps are never read. */
const BUILD = join(import.meta.dirname, '..');
/** More files than errors of one cause pass through; a map takes about 50 KB. */
const MAPS_MAX = 100;

const maps = new Map<string, { readonly map: SourceMap; readonly folder: string } | null>();

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
  const file = name.startsWith('file:') ? fileURLToPath(name) : name;
  if (!file.startsWith(BUILD)) return null;
  const found = readMap(file);
  if (found === null) return null;
  const entry = found.map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return null;
  const source = resolve(found.folder, entry.originalSource);
  return {
    compiled: `${name}:${line}:${column}`,
    source: `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
  };
}

/** Null for a file without one. */
function readMap(file: string): { readonly map: SourceMap; readonly folder: string } | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  if (maps.size >= MAPS_MAX) maps.clear();
  const read = parseMap(`${file}.map`);
  maps.set(file, read);
  return read;
}

function parseMap(path: string): { readonly map: SourceMap; readonly folder: string } | null {
  try {
    const payload = JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload;
    return { map: new SourceMap(payload), folder: dirname(path) };
  } catch {
    return null;
  }
}
