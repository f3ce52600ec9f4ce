import { isJsonObject } from '../../http/json-value.js';

type Json = Readonly<Record<string, unknown>>;

/** More references in a row than a document has in earnest are a circle. */
const MOST_REFERENCES = 50;

/** Finds what stands in a document behind its own references. */
export class Pointers {
  constructor(private readonly document: Json) {}

  /** Goes from the document, or from an object of it, down by keys and through references; null where nothing stands. */
  follow(start: Json | string | null, ...keys: readonly string[]): Json | null {
    let at: unknown = typeof start === 'string' ? this.document : start;
    for (const key of typeof start === 'string' ? [start, ...keys] : keys) {
      const whole = this.resolve(at);
      at = whole === null || !Object.hasOwn(whole, key) ? null : whole[key];
    }
    return this.resolve(at);
  }

  /** Whether a reference leads somewhere within the document. */
  leads(reference: string): boolean {
    return this.find(reference) !== undefined;
  }

  private resolve(value: unknown): Json | null {
    let at = value;
    for (let count = 0; count < MOST_REFERENCES; count += 1) {
      if (!isJsonObject(at)) return null;
      const reference = at['$ref'];
      if (typeof reference !== 'string') return at;
      at = this.find(reference);
    }
    return null;
  }

  private find(reference: string): unknown {
    if (reference === '#') return this.document;
    if (!reference.startsWith('#/')) return undefined;
    let at: unknown = this.document;
    for (const part of reference.slice(2).split('/')) {
      const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const holder = at as Record<string, unknown> | null | undefined;
      if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
      at = holder[key];
    }
    return at;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
