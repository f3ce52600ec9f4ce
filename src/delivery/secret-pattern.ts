/** Of a secret that the end of the text cuts, so many characters must be there to tell it from chance. */
const MIN_CUT_LENGTH = 4;

const ENTITIES: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
};
const ESCAPED_BY_BACKSLASH = /["'\\/]/;
const SPELLED_ALIKE_BY_ALL = /[A-Za-z0-9]/;

/** One character, in every way it may be written. */
type Unit = readonly Buffer[];

/**
 * A secret as JSON, HTML, URLs and forms may spell it, in UTF-8 or latin1. Each character is compared by itself,
 * because encoders differ in which ones they escape.
 */
export class SecretPattern {
  private readonly units: readonly Unit[];
  /** Whether a match may begin with a byte. */
  private readonly beginnings = new Uint8Array(256);

  constructor(secret: string) {
    this.units = Array.from(secret, spell);
    for (const spelling of this.units[0] ?? []) this.beginnings[spelling[0] ?? 0] = 1;
  }

  /** Calls back with every occurrence, overlapping ones and one that the end of the bytes cuts included. */
  find(bytes: Buffer, found: (start: number, end: number) => void): void {
    for (let start = 0; start < bytes.length; start += 1) {
      if (this.beginnings[bytes[start] ?? 0] !== 1) continue;
      const end = this.matchAt(bytes, start);
      if (end !== -1) found(start, end);
    }
  }

  /** The furthest end of a match; -1: none. More than one place is possible while `%25` may be one character or three. */
  private matchAt(bytes: Buffer, start: number): number {
    let places = [start];
    for (const [index, unit] of this.units.entries()) {
      const next: number[] = [];
      for (const place of places) {
        for (const spelling of unit) {
          const length = Math.min(spelling.length, bytes.length - place);
          if (!startsWith(bytes, place, spelling, length)) continue;
          if (length === spelling.length) next.push(place + length);
          else if (index >= MIN_CUT_LENGTH) return bytes.length;
        }
      }
      if (next.length === 0) return -1;
      places = next;
    }
    return Math.max(...places);
  }
}

function startsWith(bytes: Buffer, at: number, spelling: Buffer, length: number): boolean {
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== spelling[index]) return false;
  return true;
}

function spell(character: string): Unit {
  if (SPELLED_ALIKE_BY_ALL.test(character)) return [Buffer.from(character)];
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const escape = [...character.split('')]
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
  const percent = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const spellings = new Set([
    character,
    JSON.stringify(character).slice(1, -1),
    ...(ESCAPED_BY_BACKSLASH.test(character) ? [`\\${character}`] : []),
    ...(character === ' ' ? ['+'] : []),
    escape,
    escape.toUpperCase().replaceAll('\\U', '\\u'),
    percent,
    percent.toUpperCase(),
    ...(ENTITIES[character] ?? []),
    `&#${code};`,
    `&#0${code};`,
    `&#x${hex};`,
    `&#x${hex.toUpperCase()};`,
  ]);
  const unit = [...spellings].map((spelling) => Buffer.from(spelling, 'utf8'));
  // Headers travel as latin1, so an echo may come back that way.
  if (code >= 0x80 && code <= 0xff) unit.push(Buffer.from(character, 'latin1'));
  return unit;
}
