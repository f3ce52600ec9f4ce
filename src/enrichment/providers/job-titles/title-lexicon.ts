import { JOB_FUNCTIONS, SENIORITIES, type JobFunction, type Seniority } from './job-title-words.js';
import { foldTitle } from './title-text.js';

/**
 * Part of a word or phrase in a title. `head` names the holder, `word` only the field of work; `maybe` is a head where
 * no other one stands ("Técnico", but "Director Técnico"), above `entry` only beside a field. The others change the heads
 * beside them or part the title.
 */
export type Role =
  | 'head'
  | 'word'
  | 'skip'
  | 'assist'
  | 'assistant'
  | 'student'
  | 'partner'
  | 'executive'
  | 'chiefOf'
  | 'headOf'
  | 'lead'
  | 'principal'
  | 'maybe'
  | 'deputy'
  | 'experienced'
  | 'junior'
  | 'former'
  | 'gone'
  | 'of'
  | 'ofLast'
  | 'at'
  | 'company'
  | 'and';

/** A word or phrase of the lexicon. */
export interface Entry {
  readonly role: Role;
  readonly level: Seniority | null;
  readonly jobFunction: JobFunction | null;
  /** How surely the function is meant: 4 a chief officer, 3 a profession, 2 a field, 1 and 0 what many fields have. */
  readonly strength: number;
  /** A seat on the board; its deputy has one too. */
  readonly board: boolean;
}

const ROLES = new Set<string>(
  (
    'word skip assist assistant student partner executive chiefOf headOf lead principal deputy experienced junior former gone ' +
    'of ofLast at company and'
  ).split(' '),
);
const LEVELS: readonly string[] = SENIORITIES;
const FUNCTIONS: readonly string[] = JOB_FUNCTIONS;
/** Shorter stems of a compound say nothing. */
const SHORTEST_STEM = 2;
/** Inside a stem, shorter words stand by chance: "afdeling" is no "ing". */
const SHORTEST_INNER_WORD = 4;
const LONGEST_AFFIX = 22;
const START = 3;

/**
 * Words and phrases with what they mean. A phrase is looked up whole, longest first; `*word` stands for the end of a
 * compound ("vertriebsleiter"), `word*` for the beginning of an inflected word ("продажам"), and `=word` for a part of a
 * title that has no other word.
 */
export class TitleLexicon {
  private readonly phrases = new Map<string, Entry>();
  /** Words in the longest phrase that begins with this word. */
  private readonly lengths = new Map<string, number>();
  private readonly ends = new Map<string, Entry>();
  private readonly beginnings = new Map<string, Entry>();
  private readonly wholes = new Map<string, Entry>();
  /** Letters of the longest entry that begins with this letter, for scripts without spaces. */
  private readonly letters = new Map<string, number>();
  /** The first letters of every word that names a field, so that other places of a compound are passed over at once. */
  private readonly fieldStarts = new Set<string>();

  /**
   * @param tables of lines "role function: phrase, phrase"; the role is a seniority, `board`, `maybeEntry` and the like, or one of {@link Role}; the
   *   function may be left out or carry a digit, its strength.
   * @throws Error for a line of another form: a mistake in the tables.
   */
  constructor(tables: readonly string[]) {
    for (const line of tables.flatMap((table) => table.split('\n'))) {
      if (line.trim() === '') continue;
      const [, role = '', jobFunction, digit, phrases = ''] =
        /^\s*(\w+)(?: ([a-zA-Z]+)(\d)?)?\s*:(.*)$/u.exec(line) ?? [];
      const entry = entryOf(role, jobFunction, digit);
      if (entry === null) throw new Error(`not a line of the job title words: ${line}`);
      for (const phrase of phrases.split(',')) this.add(phrase.trim(), entry);
    }
  }

  private add(phrase: string, entry: Entry): void {
    const words = foldTitle(phrase);
    if (words === '') return;
    if (phrase.startsWith('=')) this.wholes.set(words, entry);
    else if (phrase.startsWith('*')) {
      this.ends.set(words, entry);
      // The end of a compound is a word of its own too, unless that word means something else.
      if (!this.phrases.has(words)) this.put(words, entry);
    } else if (phrase.endsWith('*')) {
      this.beginnings.set(words, entry);
      this.fieldStarts.add(words.slice(0, START));
    } else this.put(words, entry);
  }

  private put(phrase: string, entry: Entry): void {
    this.phrases.set(phrase, entry);
    const letter = phrase.charAt(0);
    this.letters.set(letter, Math.max(this.letters.get(letter) ?? 0, phrase.length));
    if (isField(entry)) this.fieldStarts.add(phrase.slice(0, START));
    const [first = '', ...rest] = phrase.split(' ');
    this.lengths.set(first, Math.max(this.lengths.get(first) ?? 0, rest.length + 1));
  }

  /** @returns what words mean that stand alone: "Administrador" heads a company, "Administrador de sistemas" does not. */
  whole(words: readonly string[]): Entry | null {
    return this.wholes.get(words.join(' ')) ?? null;
  }

  /** @returns the longest phrase of `words` at `at`, with its number of words; null when no phrase begins there. */
  phraseAt(words: readonly string[], at: number): { readonly entry: Entry; readonly length: number } | null {
    const first = words[at];
    if (first === undefined) return null;
    for (let length = this.lengths.get(first) ?? 0; length > 0; length--) {
      const entry = this.phrases.get(length === 1 ? first : words.slice(at, at + length).join(' '));
      if (entry !== undefined && at + length <= words.length) return { entry, length };
    }
    return null;
  }

  /** @returns the longest entry that stands in `text` at `at`, for scripts without spaces; a Latin one as a whole word. */
  longestAt(text: string, at: number): { readonly entry: Entry; readonly length: number } | null {
    for (let length = Math.min(this.letters.get(text.charAt(at)) ?? 0, text.length - at); length > 0; length--) {
      const entry = this.phrases.get(text.slice(at, at + length));
      if (entry === undefined) continue;
      const isCut = /[a-z]/u.test(text.charAt(at + length - 1)) && /[a-z]/u.test(text.charAt(at + length));
      const isTail = /[a-z]/u.test(text.charAt(at)) && /[a-z]/u.test(text.charAt(at - 1));
      if (!isCut && !isTail) return { entry, length };
    }
    return null;
  }

  /** @returns what a word that is no phrase means by its end and its beginning, as entries in that order of the word. */
  compound(word: string): readonly Entry[] {
    for (let start = SHORTEST_STEM; start < word.length - 2; start++) {
      const head = this.ends.get(word.slice(start));
      if (head === undefined) continue;
      const field = head.jobFunction !== null && head.strength > 1 ? null : this.field(word.slice(0, start));
      return field === null ? [head] : [field, head];
    }
    const entry = this.beginning(word);
    return entry === null ? [] : [entry];
  }

  /** The field of work that a stem names: "gebietsverkaufs" is "verkauf". */
  private field(stem: string): Entry | null {
    for (let start = 0; start < stem.length - 1; start++) {
      const rest = stem.slice(start);
      if (start > 0 && rest.length < SHORTEST_INNER_WORD) break;
      if (start > 0 && !this.fieldStarts.has(rest.slice(0, START))) continue;
      for (const form of [rest, rest.replace(/(?:s|n|en|e|er)$/u, '')]) {
        const isWord = start === 0 || form.length >= SHORTEST_INNER_WORD;
        const entry = isWord ? this.phrases.get(form) : undefined;
        if (entry !== undefined && isField(entry)) return entry;
      }
      const entry = this.beginning(rest);
      if (entry !== null && isField(entry)) return entry;
    }
    return null;
  }

  private beginning(word: string): Entry | null {
    for (let length = Math.min(word.length, LONGEST_AFFIX); length > 1; length--) {
      const entry = this.beginnings.get(word.slice(0, length));
      if (entry !== undefined) return entry;
    }
    return null;
  }
}

function isField(entry: Entry): boolean {
  return entry.role === 'deputy' || (entry.jobFunction !== null && (entry.role === 'word' || entry.role === 'head'));
}

function entryOf(role: string, jobFunction: string | undefined, digit: string | undefined): Entry | null {
  const board = role === 'board';
  const named = board
    ? 'cLevel'
    : role.replace(/^maybe(?=[A-Z])/u, '').replace(/^[A-Z]/u, (letter) => letter.toLowerCase());
  const level = LEVELS.includes(named) ? (named as Seniority) : null;
  if (level === null && !ROLES.has(role)) return null;
  if (jobFunction !== undefined && !FUNCTIONS.includes(jobFunction)) return null;
  return {
    role: role.startsWith('maybe') ? 'maybe' : level === null ? (role as Role) : 'head',
    level,
    jobFunction: (jobFunction as JobFunction | undefined) ?? null,
    strength: digit === undefined ? (level === null ? 2 : 3) : Number(digit),
    board,
  };
}
