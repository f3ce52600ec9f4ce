import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the console, ready to be sent. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly body: Buffer;
  /** Made when it is first asked for. Null: it is too small, or of a kind that does not get smaller. */
  readonly gzipped: Buffer | null;
  readonly etag: string;
}

/** The page, and the nonce that its own scripts and styles carry this time. */
export interface ConsolePage {
  readonly html: string;
  readonly nonce: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
});
const COMPRESSED = ['.css', '.js', '.svg'];
const COMPRESS_FROM_BYTES = 1_024;
const PAGE = 'index.html';
/** As console/vite.config.ts has it. */
const NONCE_PLACE = '__CSP_NONCE__';

/** The folder that the build writes; null where the console was not built. */
export function findConsoleFolder(): string | null {
  // Beside the compiled service, and where a test runs the sources.
  const places = ['../../console-pages', '../../dist/console-pages'];
  return places.map((place) => join(import.meta.dirname, place)).find((path) => existsSync(join(path, PAGE))) ?? null;
}

/** The built console, read once: a dozen files, which no request ever looks for on the disk. */
export class ConsoleFiles {
  private readonly files = new Map<string, ConsoleFile>();
  private readonly template: string;

  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const contentType = CONTENT_TYPES[extname(entry.name)];
      if (!entry.isFile() || contentType === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      this.files.set(relative(folder, path).split(sep).join('/'), toFile(entry.name, contentType, readFileSync(path)));
    }
    this.template = this.files.get(PAGE)?.body.toString('utf8') ?? '';
    this.files.delete(PAGE);
  }

  /** @param name below the folder, e.g. `assets/index-B1tw.js` */
  find(name: string): ConsoleFile | null {
    return this.files.get(name) ?? null;
  }

  page(): ConsolePage {
    const nonce = randomBytes(16).toString('base64');
    return { html: this.template.replaceAll(NONCE_PLACE, nonce), nonce };
  }
}

function toFile(name: string, contentType: string, body: Buffer): ConsoleFile {
  const isCompressed = COMPRESSED.includes(extname(name)) && body.length >= COMPRESS_FROM_BYTES;
  let gzipped: Buffer | null = null;
  return {
    contentType,
    body,
    get gzipped() {
      // Not at the start, of which it took 28 ms: most processes are never asked for it.
      if (isCompressed) gzipped ??= gzipSync(body, { level: 9 });
      return gzipped;
    },
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}
