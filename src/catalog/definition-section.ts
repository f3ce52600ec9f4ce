import { isDeepStrictEqual } from 'node:util';
import { didYouMean } from '../config/did-you-mean.js';
import { isJsonObject } from '../http/json-value.js';
import { type DefinitionProblems } from './definition-problems.js';

/** A key, or a list of its accepted spellings, the preferred one first. */
export type Spelling = string | readonly [string, ...string[]];

interface Found {
  readonly path: string;
  /** Undefined: the key is absent, or present and empty, which is the same to a reader. */
  readonly value: unknown;
}

/**
 * One mapping of a service file being read: every method asks for one key, reports what is wrong with it and
 * answers with something usable, so that one pass finds every problem. {@link finish} reports the keys not asked for,
 * here and below.
 */
export class Section {
  private readonly asked = new Set<string>();
  private readonly children = new Map<string, Section>();

  private constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    readonly path: string,
    readonly problems: DefinitionProblems,
    /** False when there was nothing to read: then missing keys are no further problems. */
    readonly present: boolean,
  ) {}

  static of(value: unknown, path: string, problems: DefinitionProblems): Section {
    if (isJsonObject(value)) {
      return new Section(value, path, problems, true);
    }
    problems.add(path, `must be a mapping, not ${nameOf(value)}`, 'write its keys below it, indented');
    return new Section({}, path, problems, false);
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** Where a key stands, in the spelling the file uses. */
  pathOf(spelling: Spelling): string {
    return this.pick(spelling).path;
  }

  /** A required text: reported when missing, empty or of another type. */
  text(spelling: Spelling): string {
    return this.optionalText(spelling) ?? this.missing(spelling, 'add a text', '');
  }

  optionalText(spelling: Spelling): string | null {
    const { path, value } = this.pick(spelling);
    if (value === undefined) {
      return null;
    }
    if (typeof value !== 'string') {
      this.problems.add(path, `must be a text, not ${nameOf(value)}`, 'put it in quotes');
      return '';
    }
    if (value.trim() === '') {
      this.problems.add(path, 'is empty', 'write a text or remove the key');
    }
    return value.trim();
  }

  /** An optional text that may be left empty, which is the same as leaving it out. */
  someText(spelling: Spelling): string | null {
    const { value } = this.pick(spelling);
    return typeof value === 'string' && value.trim() === '' ? null : this.optionalText(spelling);
  }

  /** A boolean; required when there is no fallback. */
  flag(spelling: Spelling, fallback?: boolean): boolean {
    const { path, value } = this.pick(spelling);
    if (value === undefined) {
      return fallback ?? this.missing(spelling, 'write true or false', false);
    }
    if (typeof value !== 'boolean') {
      this.problems.add(path, `must be true or false, not ${nameOf(value)}`, 'write true or false, without quotes');
      return fallback ?? false;
    }
    return value;
  }

  /** One of a few words; required when there is no fallback. */
  choice<Choice extends string>(spelling: Spelling, choices: readonly Choice[]): Choice | null {
    const found = this.optionalChoice(spelling, choices);
    return found ?? (this.has(spelling) ? null : this.missing(spelling, `write ${orList(choices)}`, null));
  }

  optionalChoice<Choice extends string>(spelling: Spelling, choices: readonly Choice[]): Choice | null {
    const { path, value } = this.pick(spelling);
    if (value === undefined) {
      return null;
    }
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) {
      const near = typeof value === 'string' ? didYouMean(value, choices) : null;
      const given = typeof value === 'string' ? `"${value}"` : nameOf(value);
      this.problems.add(path, `cannot be ${given}`, near === null ? `use ${orList(choices)}` : `did you mean ${near}?`);
    }
    return chosen ?? null;
  }

  optionalNumber(spelling: Spelling): number | null {
    const { path, value } = this.pick(spelling);
    if (value === undefined) {
      return null;
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.problems.add(path, `must be a number, not ${nameOf(value)}`, 'write a number, without quotes');
      return null;
    }
    return value;
  }

  /** The items of a list; an absent one is empty, and reported only when a remedy says it is required. */
  list(spelling: Spelling, requiredRemedy?: string): readonly unknown[] {
    const { path, value } = this.pick(spelling);
    if (value === undefined) {
      return requiredRemedy === undefined ? [] : this.missing(spelling, requiredRemedy, []);
    }
    if (!Array.isArray(value)) {
      this.problems.add(path, `must be a list, not ${nameOf(value)}`, 'start every item with "- "');
      return [];
    }
    return value;
  }

  /** The items of a list, null when there is none: for lists where absent and empty differ in meaning. */
  optionalList(spelling: Spelling): readonly unknown[] | null {
    return this.has(spelling) ? this.list(spelling) : null;
  }

  /** The items of a list of mappings. */
  sections(spelling: Spelling, requiredRemedy?: string): readonly Section[] {
    const { path } = this.pick(spelling);
    return this.list(spelling, requiredRemedy).map((value, index) => this.child(`${path}[${index}]`, value));
  }

  /** A mapping below this one; an absent optional one reads as empty and complains of nothing. */
  section(spelling: Spelling, requiredRemedy?: string): Section {
    const { path, value } = this.pick(spelling);
    if (value !== undefined) {
      return this.child(path, value);
    }
    if (requiredRemedy !== undefined) {
      this.missing(spelling, requiredRemedy, null);
    }
    return new Section({}, path, this.problems, false);
  }

  /** A mapping with keys that this section does not know. */
  mapping(spelling: Spelling): Readonly<Record<string, unknown>> {
    const { path, value } = this.pick(spelling);
    if (value === undefined || isJsonObject(value)) {
      return value ?? {};
    }
    this.problems.add(path, `must be a mapping, not ${nameOf(value)}`, 'write its keys below it, indented');
    return {};
  }

  has(spelling: Spelling): boolean {
    return this.pick(spelling).value !== undefined;
  }

  /** An optional text that stands alone, as `{ en_US: … }`, or under `i18n.en_US`. */
  localized(spelling: Spelling): string | null {
    const { value } = this.pick(spelling);
    const below = this.section('i18n').section('en_US').someText(spelling);
    const own = isJsonObject(value) ? this.section(spelling).someText('en_US') : this.someText(spelling);
    return below ?? own;
  }

  /** The keys of this mapping, in the file's order. */
  keys(): readonly string[] {
    return Object.keys(this.values);
  }

  /** The value as it stands, for keys with a syntax of their own. */
  raw(spelling: Spelling): unknown {
    return this.pick(spelling).value;
  }

  /** Reports every key that no method was asked for, in this mapping and those below. Call it once, last. */
  finish(): void {
    this.children.forEach((child) => child.finish());
    for (const key of Object.keys(this.values)) {
      if (!this.asked.has(key)) {
        this.problems.add(this.at(key), 'is not a known key', this.remedyFor(key));
      }
    }
  }

  private remedyFor(key: string): string {
    const near = didYouMean(key, this.asked);
    if (near !== null) {
      return `did you mean ${near}?`;
    }
    // `{ description: Growth, in percent }` leaves a key behind that is the rest of a text, without a value.
    return this.values[key] === null ? 'remove it; if it is part of a text inside { }, quote the text' : 'remove it';
  }

  private child(path: string, value: unknown): Section {
    const child = this.children.get(path) ?? Section.of(value, path, this.problems);
    this.children.set(path, child);
    return child;
  }

  private pick(spelling: Spelling): Found {
    const spellings = typeof spelling === 'string' ? [spelling] : spelling;
    spellings.forEach((key) => this.asked.add(key));
    const given = spellings.filter((key) => Object.hasOwn(this.values, key) && this.values[key] !== null);
    const [first = spellings[0] ?? ''] = given;
    const value = given.length === 0 ? undefined : this.values[first];
    for (const other of given.slice(1)) {
      if (!isDeepStrictEqual(value, this.values[other])) {
        this.problems.add(this.at(other), `says something else than ${first}`, 'keep one of the two spellings');
      }
    }
    return { path: this.at(first), value };
  }

  private missing<Fallback>(spelling: Spelling, remedy: string, fallback: Fallback): Fallback {
    if (this.present) {
      this.problems.add(this.at(typeof spelling === 'string' ? spelling : spelling[0]), 'is missing', remedy);
    }
    return fallback;
  }
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The type of a YAML value in an operator's words. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a mapping';
  }
}
