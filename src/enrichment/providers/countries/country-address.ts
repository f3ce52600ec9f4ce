import type { CountryCodes } from './country-codes.js';
import type { NameReading, SharedName } from './country-data.js';
import { countryKey } from './country-key.js';
import type { CountryPhrases } from './country-phrases.js';
import * as places from './country-places.js';

/** A piece of a text between commas, brackets, dashes or slashes. */
interface Part {
  readonly text: string;
  readonly key: string;
  readonly kind: 'name' | 'code' | 'state' | 'unknown';
  /** Alpha-2 of the name, code or state; null where several countries bear the name, or the part is unknown. */
  readonly code: string | null;
  /** The bearers of a shared name. */
  readonly shared: SharedName | null;
}

/** Addresses have fewer parts; longer lists name several places. */
const MOST_PARTS = 8;
const SEPARATOR = /[,;/|()[\]:\n、，·•>]| [-–—] /u;
/** Marks between things of which one is meant: "Germany/Austria". A comma stands between a place and its country. */
const ALTERNATIVES = /[;/|]/;
const JOINERS = /\s+(?:and|or|und|oder|et|ou|y|o|e|en|i|og|och|&|\+|vs\.?)\s+|\s*[&+]\s*/iu;
/** Flags of countries, and of the parts of the United Kingdom. */
export const FLAGS = /[\u{1F1E6}-\u{1F1FF}]{2}|\u{1F3F4}[\u{E0061}-\u{E007F}]+/gu;
const ABBREVIATION = /^[A-Z]{2,3}$/;

/** Reads texts of several parts: places with their country, names with their code, entries of registers. */
export class CountryAddress {
  constructor(
    private readonly phrases: CountryPhrases,
    private readonly codes: CountryCodes,
  ) {}

  /** @returns alpha-2, null when the parts name no country, contradict each other, or leave a choice. */
  read(text: string, language: string | null): string | null {
    const pieces = text
      .replace(FLAGS, '|$&|')
      .split(SEPARATOR)
      .map((piece) => piece.trim())
      .filter(Boolean);
    if (pieces.length < 2 || pieces.length > MOST_PARTS) return null;
    const parts = this.joinInverted(
      pieces.map((piece) => this.readPart(piece, language)),
      language,
    ).filter(({ key, text: piece }) => !places.isNeutral(key) && !/^\d+$/.test(piece));
    const tail = parts.at(-1);
    if (tail === undefined) return null;
    const before = parts.slice(0, -1);
    if (before.length === 0) return tail.kind === 'unknown' ? null : tail.code;
    const isList = ALTERNATIVES.test(text.replace(FLAGS, ''));
    if (tail.kind === 'unknown') return this.readHead(parts, isList);
    const country = this.countryOfTail(tail, before);
    return country === null ? null : this.agree(country, before, isList);
  }

  /** Whether the text leaves a choice of countries, even if it reads like one name: "China/Taiwan". */
  isChoice(text: string): boolean {
    if (!ALTERNATIVES.test(text)) return false;
    const names = text.split(ALTERNATIVES).map((piece) => this.phrases.read(piece));
    return names.every((name) => name !== null) && new Set(names).size > 1;
  }

  /** "England & Wales": several names of one country. */
  readJoined(text: string): string | null {
    const names = new Set(text.split(JOINERS).map((piece) => this.phrases.read(piece)));
    const [name = null] = names;
    return names.size === 1 && typeof name === 'string' ? name : null;
  }

  private readPart(text: string, language: string | null): Part {
    const key = countryKey(text);
    const state = places.countryOfState(key) ?? places.countryOfPostalCode(text);
    if (state !== null) return { text, key, kind: 'state', code: state, shared: null };
    const name = this.phrases.read(text);
    if (name !== null) return { text, key, kind: 'name', ...bearers(name, language) };
    // Small letters between commas are words: "in", "per", "can".
    const code = text === text.toUpperCase() ? (this.codes.read(text) ?? this.codes.readOther(text)) : null;
    return { text, key, kind: code === null ? 'unknown' : 'code', code, shared: null };
  }

  /** Puts "Korea" and "Republic of" together, wherever they stand. */
  private joinInverted(parts: readonly Part[], language: string | null): Part[] {
    const joined: Part[] = [];
    for (const part of parts) {
      const last = joined.at(-1);
      const name = last === undefined ? null : this.phrases.readInverted(last.text, part.text);
      if (last === undefined || name === null) {
        joined.push(part);
        continue;
      }
      const text = `${last.text} ${part.text}`;
      joined.splice(-1, 1, { text, key: countryKey(text), kind: 'name', ...bearers(name, language) });
    }
    return joined;
  }

  private countryOfTail(tail: Part, before: readonly Part[]): string | null {
    const witness = witnessOf(tail, before);
    if (witness !== null) return witness;
    if (tail.shared !== null) return before.find(({ code }) => isBearer(tail, code))?.code ?? tail.code;
    if (places.needsWitness(tail.key)) {
      const stated = before.find(({ code }) => code !== null && places.isStateOf(tail.key, code));
      if (stated !== undefined) return stated.code;
      if (before.some(({ code }) => code !== tail.code)) return null;
    }
    if (tail.kind !== 'code' || tail.code === null || tail.text.length !== 2) return tail.code;
    const { code } = tail;
    // "San Francisco, CA": two letters behind a place are a state as often as a country.
    const isBacked = before.some(
      (part) =>
        (part.kind !== 'code' && part.code === code) ||
        places.isStateCodeOf(part.text, code) ||
        (part.kind === 'name' && part.code !== null && places.isTerritoryOf(part.code, code)),
    );
    return isBacked || places.isPlainCode(tail.text) ? code : null;
  }

  /** The tail's country, or its territory that an earlier part names, unless a part contradicts. */
  private agree(country: string, before: readonly Part[], isList: boolean): string | null {
    let answer = country;
    for (const [at, part] of before.entries()) {
      if (part.kind === 'unknown') {
        if (this.namesAnother(part, country)) return null;
        continue;
      }
      if (part.kind === 'state' || part.code === country || isBearer(part, country)) continue;
      if (part.code === null) {
        if (places.isPlaceOf(part.key, country)) continue;
        return null;
      }
      if (!isList && places.isTerritoryOf(country, part.code)) continue;
      if (!isList && places.isTerritoryOf(part.code, country) && !places.isStateCodeOf(part.text, country)) {
        if (answer !== country && answer !== part.code) return null;
        answer = part.code;
        continue;
      }
      if (!isPlace(part, at, before, country)) return null;
    }
    return answer;
  }

  /** "Germany, Munich", "UK (London)", "Canada (French)": nothing behind the country contradicts it. */
  private readHead(parts: readonly Part[], isList: boolean): string | null {
    const [head, ...rest] = parts;
    if (head === undefined || head.kind !== 'name') return null;
    const witness = rest.length === 1 ? witnessOf(head, rest) : null;
    const { code } = head;
    if (witness !== null || code === null) return witness;
    const sure = places.isUnmistakable(code, head.key) && !isList;
    const agrees = rest.every((part) => {
      if (part.kind === 'state') return part.code === code;
      if (part.kind !== 'unknown') return part.code === code;
      if (places.isLanguage(part.key)) return true;
      return sure && !ABBREVIATION.test(part.text) && !this.mentionsAnother(part.text, code);
    });
    return agrees ? code : null;
  }

  /** "Germany and Austria" beside a third country. */
  private namesAnother(part: Part, country: string): boolean {
    const pieces = part.text.split(JOINERS);
    return pieces.length > 1 && pieces.some((piece) => isOther(this.phrases.read(piece), country));
  }

  private mentionsAnother(text: string, country: string): boolean {
    const words = text.split(/[\s&+]+/u);
    return words.some(
      (word, at) =>
        isOther(this.phrases.read(word), country) ||
        isOther(this.phrases.read(words.slice(at, at + 2).join(' ')), country),
    );
  }
}

function bearers(name: NameReading, language: string | null): Pick<Part, 'code' | 'shared'> {
  if (typeof name === 'string') return { code: name, shared: null };
  return { code: settleByLanguage(name, language), shared: name };
}

/** The one country that bears a shared name in the language, else null. */
export function settleByLanguage(name: SharedName, language: string | null): string | null {
  return language === null ? null : (name.byLanguage.get(language) ?? null);
}

function isBearer(part: Part, country: string | null): boolean {
  return country !== null && part.shared?.codes.includes(country) === true;
}

/** The country that one of the places beside a name speaks for: "Kinshasa, Congo". */
function witnessOf(name: Part, beside: readonly Part[]): string | null {
  const codes = name.shared?.codes ?? (name.code === null ? [] : [name.code]);
  for (const { key } of beside) {
    const witness = name.kind === 'name' ? places.countryOfWitness(codes, key) : null;
    if (witness !== null) return witness;
  }
  return null;
}

function isOther(name: NameReading | null, country: string): boolean {
  if (name === null) return false;
  return typeof name === 'string' ? name !== country : !name.codes.includes(country);
}

/** Whether a part that reads like another country is a place of this one: "Lebanon, PA, USA", "Milano, MI, Italia". */
function isPlace(part: Part, at: number, before: readonly Part[], country: string): boolean {
  if (part.kind === 'code') return places.isStateCodeOf(part.text, country) || (at > 0 && isTwoLetters(part.text));
  if (places.isStateOf(part.key, country) || places.isPlaceOf(part.key, country)) return true;
  const next = before[at + 1];
  return at === 0 && next !== undefined && (next.kind === 'state' || places.isStateCodeOf(next.text, country));
}

/** "NL" and "N.L." */
function isTwoLetters(text: string): boolean {
  return text.replace(/[.\s]/gu, '').length === 2;
}
