import type { JsonValue } from '../../http/json-value.js';

/** A value that a provider may put into a field: a JSON scalar. */
export type Scalar = string | number | boolean;

/** Longer texts are no e-mail address, name or title; reading them would only cost time. */
export const LONGEST_TEXT = 2_000;

// Control characters, lone surrogates, soft hyphens and invisible marks arrive by copy and paste. The joiners
// U+200C and U+200D stay: Persian and Indic names need them.
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]|\p{Cs}/gu;
const ASCII = /^[\x20-\x7E]*$/;
const SPACES = /[\s\p{Cc}]+/gu;
// Printable ASCII and letters that NFC leaves alone, between single spaces: nearly every text, and tidy as it is.
const TIDY_WORD = '[!-~\\u00C0-\\u024F\\u0400-\\u0481\\u048A-\\u052F\\u1E00-\\u1EFF\\u4E00-\\u9FFF\\uAC00-\\uD7A3]+';
const TIDY = new RegExp(`^${TIDY_WORD}(?: ${TIDY_WORD})*$`);
const PUNCTUATION_ONLY = /^[-–—_.?*/\\#]+$/u;
const NOT_AVAILABLE = /^n\.?\s?\/?\s?a\.?$|^k\.?\s?a\.?$|^not (?:available|provided|applicable)$|^tb[dc]$/iu;
/** "not applicable". */
const LONGEST_PLACEHOLDER = 14;
const PLACEHOLDERS = new Set(
  'none null nil undefined unknown unbekannt inconnu desconocido неизвестно 不明 無 无'.split(' '),
);

/** Cleans a text of invisible characters and surplus white space, in NFC. */
export function tidyText(text: string): string {
  if (TIDY.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(SPACES, ' ').trim().normalize('NFC');
}

/** Reads a value as a tidy, non-empty text; null for objects, lists, booleans, null and texts too long to mean it. */
export function readText(value: JsonValue | undefined): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return null;
  const tidy = tidyText(value);
  return tidy === '' ? null : tidy;
}

/** Like {@link readText}, with null for what people type into a mandatory box instead of an answer. */
export function readAnswer(value: JsonValue | undefined): string | null {
  const text = readText(value);
  return text === null || isPlaceholder(text) ? null : text;
}

/** A field that names a country: "n/a" is no answer, but "NA" is Namibia. */
export function readCountryField(value: JsonValue | undefined): string | null {
  const text = readText(value);
  return text === 'NA' || text === null || !isPlaceholder(text) ? text : null;
}

function isPlaceholder(text: string): boolean {
  if (PUNCTUATION_ONLY.test(text)) return true;
  if (text.length > LONGEST_PLACEHOLDER) return false;
  return NOT_AVAILABLE.test(text) || PLACEHOLDERS.has(text.toLowerCase());
}

/** Whether a value came but cannot be read as text, e.g. a list or a text too long. */
export function isUnreadable(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === 'string'
    ? value.length > LONGEST_TEXT
    : typeof value === 'object' || typeof value === 'boolean';
}

/** Reads a finite number out of a number, a bigint or a text like "1,250" or "1 250.5"; null otherwise. */
export function readNumber(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || value.length > 40) return null;
  const text = tidyText(value).replace(/(?<=\d)[\s'_](?=\d{3})|(?<=\d),(?=\d{3}(?!\d))/gu, '');
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i.test(text) ? finite(Number(text)) : null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Folds a text for comparison: NFKD without Latin accents, lower case, words separated by single spaces. */
export function foldText(text: string): string {
  if (ASCII.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
