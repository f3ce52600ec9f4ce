import type { NameParts } from './name-parts.js';
import type { NameLanguage } from './name-evidence.js';
import { readPart, type NamePart } from './name-part.js';
import { isParticleHead } from './name-particles.js';
import { splitFullName } from './name-splitting.js';

/** All that was typed as a person's name, in its parts. No part is lost: the letters of the input are in one of them. */
export interface ReadName extends NameParts {
  readonly title: string | null;
  readonly suffix: string | null;
  readonly pronouns: string | null;
  /** Nickname, former name, company: what stood in brackets, in quotes or behind a bar. */
  readonly remark: string | null;
  /** Two people under one name. */
  readonly couple: boolean;
  /** A name in one piece that nothing tells how to divide; else null. */
  readonly undivided: string | null;
}

/** The three boxes a name may be typed into, as they came; null when empty. */
export interface NameBoxes {
  readonly first: string | null;
  readonly last: string | null;
  readonly full: string | null;
}

type Aside = Omit<ReadName, 'first' | 'last' | 'undivided'>;
type Divided = Pick<ReadName, 'first' | 'last' | 'undivided'>;

// Most names have nothing beside them, and lists cost time on every lead.
const NO_ASIDE: Aside = { title: null, suffix: null, remark: null, pronouns: null, couple: false };
const LONE_SUFFIX = /^[js]r\.?$|^i{2,3}$|^ph\.?d\.?$/iu;

/** Reads a name out of its boxes. A part moves from one box to another only where the other box proves that it must. */
export function readNameBoxes({ first, last, full }: NameBoxes, language: NameLanguage | null): ReadName {
  if (first !== null && last !== null) {
    return fromTwo(readPart(first, 'first', language), readPart(last, 'last', language), language);
  }
  const box = first ?? last;
  if (full !== null) {
    const whole = readPart(full, 'full', language);
    if (box === null) return named(aside(whole), divide(whole, language));
    return fromFullAndOne(whole, readPart(box, first === null ? 'last' : 'first', language), first === null, language);
  }
  // "Jane Doe" in the first name's box with nothing else is a full name.
  const part = readPart(box ?? '', first === null ? 'last' : 'full', language);
  if (first !== null) return named(aside(part), divide(part, language));
  return named(aside(part), divided(part.lastWords === null ? null : part.words, part.lastWords ?? part.words));
}

function fromTwo(first: NamePart, last: NamePart, language: NameLanguage | null): ReadName {
  const all = aside(first, last);
  const firstWords = allWords(first);
  const lastWords = allWords(last);
  if (firstWords.length < 2 && lastWords.length < 2) return named(all, divided(firstWords, lastWords));
  // "John Smith" and "Jr.": the second box has a suffix alone.
  if (firstWords.length > 1 && lastWords.length > 0 && lastWords.every((word) => LONE_SUFFIX.test(word))) {
    const suffix = [...first.suffixes, ...last.suffixes, ...lastWords].join(' ');
    return named({ ...all, suffix }, divide(first, language));
  }
  const given = firstWords.map(key);
  const family = lastWords.map(key);
  if (given.join(' ') === family.join(' ')) return named(all, divide(first, language));
  // "Jane Doe" and "Doe"; "John" and "John Smith".
  if (given.length > family.length && family.length > 0 && endsWith(given, family)) {
    return named(all, divided(firstWords.slice(0, -family.length), lastWords));
  }
  if (family.length > given.length && given.length > 0 && startsWith(family, given)) {
    return named(all, divided(firstWords, lastWords.slice(given.length)));
  }
  return named(all, divided(firstWords, lastWords));
}

/** One box and the full name: what the box has is taken off the full name. */
function fromFullAndOne(full: NamePart, box: NamePart, isLast: boolean, language: NameLanguage | null): ReadName {
  const all = aside(full, box);
  const words = allWords(full);
  const known = allWords(box);
  const keys = words.map(key);
  const taken = known.map(key);
  let rest: readonly string[] | null = null;
  if (taken.length > 0 && taken.length < keys.length) {
    if (startsWith(keys, taken)) rest = words.slice(taken.length);
    else if (endsWith(keys, taken)) rest = words.slice(0, -taken.length);
  }
  if (rest !== null) return named(all, isLast ? divided(rest, known) : divided(known, rest));
  const parts = divide(full, language);
  if (known.length === 0) return named(all, parts);
  const text = known.join(' ');
  const first = isLast ? parts.first : text;
  const last = isLast ? text : parts.last;
  // The boxes contradict each other: the box of its own wins, and the full name stays as a remark.
  const kept = new Set(`${first ?? ''} ${last ?? ''}`.split(' ').map(key));
  const remark = keys.every((word) => kept.has(word))
    ? all.remark
    : [all.remark, words.join(' ')].filter(Boolean).join('; ');
  return named({ ...all, remark }, { first, last, undivided: null });
}

function divide(part: NamePart, language: NameLanguage | null): Divided {
  const { words, lastWords, titles, ofGivenName, honorific, couple } = part;
  if (lastWords !== null) return divided(words, lastWords);
  // "Mr Smith" and "Frau von der Leyen" are family names, "Sir Elton" is a given one.
  const isFamily = titles.length > 0 && !ofGivenName && honorific === null;
  if ((isFamily || couple) && words.length === 1) return divided(null, words);
  if (isFamily && isParticleHead(words)) return divided(null, words);
  const parts = splitFullName(words, language, honorific);
  const isUndivided = parts.first === null && parts.last === null && words.length > 0;
  return { first: parts.first, last: parts.last, undivided: isUndivided ? words.join(' ') : null };
}

/** The texts in some parts that are no name, each once. */
function aside(...parts: readonly NamePart[]): Aside {
  if (parts.every(isBare)) return NO_ASIDE;
  return {
    title: textOf(parts, 'titles', ' '),
    suffix: textOf(parts, 'suffixes', ' '),
    remark: textOf(parts, 'remarks', '; '),
    pronouns: textOf(parts, 'pronouns', '; '),
    couple: parts.some((part) => part.couple),
  };
}

function isBare({ titles, suffixes, remarks, pronouns, couple }: NamePart): boolean {
  return !couple && titles.length + suffixes.length + remarks.length + pronouns.length === 0;
}

function textOf(
  parts: readonly NamePart[],
  kind: 'titles' | 'suffixes' | 'remarks' | 'pronouns',
  separator: string,
): string | null {
  if (parts.every((part) => part[kind].length === 0)) return null;
  return [...new Set(parts.flatMap((part) => part[kind]))].join(separator);
}

// A spread of both costs as much as the rest of the reading.
function named({ title, suffix, pronouns, remark, couple }: Aside, { first, last, undivided }: Divided): ReadName {
  return { first, last, undivided, title, suffix, pronouns, remark, couple };
}

function divided(first: readonly string[] | null, last: readonly string[] | null): Divided {
  return { first: textOrNull(first), last: textOrNull(last), undivided: null };
}

function textOrNull(words: readonly string[] | null): string | null {
  return words === null || words.length === 0 ? null : words.join(' ');
}

/** All words of a box in the order they are spoken. */
function allWords({ words, lastWords }: NamePart): readonly string[] {
  return lastWords === null ? words : [...words, ...lastWords];
}

function key(word: string): string {
  return word.toLowerCase();
}

function startsWith(all: readonly string[], head: readonly string[]): boolean {
  return head.every((word, at) => all[at] === word);
}

function endsWith(all: readonly string[], tail: readonly string[]): boolean {
  return tail.every((word, at) => all[all.length - tail.length + at] === word);
}
