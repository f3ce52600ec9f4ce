import { isJsonObject } from '../../../http/json-value.js';
import { parseDuration } from '../../../config/duration.js';
import { unknownKeyProblems, type Settings } from '../step-settings.js';

/** Reads one mapping of a step's settings and collects a sentence per problem, so that one boot names them all. */
export class SettingsReader {
  constructor(
    private readonly values: Settings,
    readonly where: string,
    readonly problems: string[],
  ) {}

  has(key: string): boolean {
    return this.values[key] !== undefined;
  }

  raw(key: string): unknown {
    return this.values[key];
  }

  at(key: string): string {
    return `${this.where}.${key}`;
  }

  refuse(key: string, rule: string): void {
    this.problems.push(`${this.at(key)} ${rule}`);
  }

  refuseUnknown(known: readonly string[]): void {
    this.problems.push(...unknownKeyProblems(this.values, known, this.where));
  }

  /** A text; the fallback where there is none. Without a fallback a missing one is a problem. */
  text(key: string, fallback?: string): string {
    const value = this.values[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (value !== undefined || fallback === undefined) this.refuse(key, 'must be a text.');
    return fallback ?? '';
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.values[key];
    if (typeof value === 'boolean') return value;
    if (value !== undefined) this.refuse(key, 'must be true or false.');
    return fallback;
  }

  choice<const Word extends string>(key: string, words: readonly Word[], fallback: Word): Word {
    const value = this.values[key];
    const found = words.find((word) => word === value);
    if (found === undefined && value !== undefined) this.refuse(key, `must be one of ${words.join(', ')}.`);
    return found ?? fallback;
  }

  integer(key: string, min: number, max: number, fallback: number): number {
    const value = this.values[key];
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.refuse(key, `must be a whole number from ${min} to ${max}.`);
    return fallback;
  }

  /** A duration such as `500ms` or `24h`, in milliseconds. */
  duration(key: string, fallbackMs: number, minMs: number, maxMs: number): number {
    const value = this.values[key];
    if (value === undefined) return fallbackMs;
    const parsed = typeof value === 'string' ? parseDuration(value.trim()) : null;
    if (parsed?.kind === 'accepted' && parsed.value >= minMs && parsed.value <= maxMs) return parsed.value;
    this.refuse(key, `must be a duration from ${inWords(minMs)} to ${inWords(maxMs)}, such as 500ms, 10s or 24h.`);
    return fallbackMs;
  }

  /** Texts of a list; one text counts as a list of one. */
  texts(key: string): readonly string[] {
    const value = this.values[key];
    if (value === undefined) return [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((one) => typeof one === 'string').map((one) => one.trim());
    if (texts.length !== list.length || texts.includes('')) this.refuse(key, 'must be a text or a list of texts.');
    return texts;
  }

  /** An inner mapping; null where there is none. */
  section(key: string): SettingsReader | null {
    const value = this.values[key];
    if (value === undefined) return null;
    if (isJsonObject(value)) return new SettingsReader(value, this.at(key), this.problems);
    this.refuse(key, 'must be a mapping.');
    return null;
  }

  /** Keys of this mapping. */
  keys(): readonly string[] {
    return Object.keys(this.values);
  }
}

function inWords(ms: number): string {
  if (ms % 86_400_000 === 0 && ms > 0) return `${ms / 86_400_000}d`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
