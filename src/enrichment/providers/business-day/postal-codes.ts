import { wordsOfCell } from './list-rows.js';

/** The part of a country that a postal code lies in. */
export interface PostalArea {
  /** Code of the region; null when the list knows only its time zones. */
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** The forms of whole postal codes, without blanks and hyphens. A shorter one has lost a zero in front, or is none. */
const FORMS: Readonly<Record<string, RegExp>> = {
  AU: /^\d{4}$/,
  BR: /^\d{8}$/,
  CA: /^[A-Z]\d[A-Z](?:\d[A-Z]\d)?$/,
  DK: /^\d{4}$/,
  ES: /^\d{5}$/,
  FI: /^\d{5}$/,
  FR: /^\d{5}$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]?(?:\d[A-Z]{2})?$/,
  MX: /^\d{5}$/,
  NZ: /^\d{4}$/,
  PT: /^\d{4}(?:\d{3})?$/,
  US: /^\d{5}(?:\d{4})?$/,
};
/** Countries in which spreadsheets take the zero from a code: 02139 becomes 2139. */
const LOSES_ZERO = new Set(['AU', 'BR', 'ES', 'FR', 'MX', 'US']);
const LONGEST_BEGINNING = 5;

/** Finds the area of a postal code by its longest known beginning. */
export class PostalCodes {
  private readonly areas = new Map<string, PostalArea>();

  /** @param rows of postal-regions.tsv */
  constructor(rows: readonly string[][]) {
    for (const [country = '', beginnings, region = '', zones] of rows) {
      for (const range of wordsOfCell(beginnings)) {
        for (const beginning of expandRange(range)) {
          const known = this.areas.get(`${country} ${beginning}`);
          const named = wordsOfCell(zones);
          this.areas.set(`${country} ${beginning}`, {
            region: region === '' ? (known?.region ?? null) : region,
            zones: named.length > 0 ? named : (known?.zones ?? []),
          });
        }
      }
    }
  }

  /** @returns null when the text is no whole postal code of the country, or no list has its beginning. */
  find(country: string, text: string): PostalArea | null {
    const code = wholeCode(country, text);
    if (code === null) return null;
    for (let length = Math.min(LONGEST_BEGINNING, code.length); length > 0; length -= 1) {
      const area = this.areas.get(`${country} ${code.slice(0, length)}`);
      if (area !== undefined) return area;
    }
    return null;
  }
}

function wholeCode(country: string, text: string): string | null {
  const form = FORMS[country];
  if (form === undefined || text.length > 20) return null;
  const code = text.toUpperCase().replace(/[\s-]/gu, '');
  if (form.test(code)) return code;
  const padded = `0${code}`;
  return LOSES_ZERO.has(country) && /^\d+$/.test(code) && form.test(padded) && padded.length !== 9 ? padded : null;
}

/** "350-369" as its numbers, "B1-B9" as B1, B2, …; anything else as it is. */
function expandRange(range: string): string[] {
  const match = /^([A-Z]*)(\d+)-[A-Z]*(\d+)$/.exec(range);
  if (match === null) return [range];
  const [, letters = '', first = '', last = ''] = match;
  const found: string[] = [];
  for (let at = Number(first); at <= Number(last); at += 1) {
    found.push(letters + String(at).padStart(first.length, '0'));
  }
  return found;
}
