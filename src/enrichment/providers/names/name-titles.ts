import type { NameLanguage } from './name-evidence.js';
import { FRENCH_GIVEN, IBERIAN_GIVEN, WEST_AFRICAN_FAMILY } from './name-lists.js';
import { isParticleHead } from './name-particles.js';
import * as words from './name-words.js';

/** A name without what stands before and after it. */
export interface BareName {
  /** Words of the name; empty when all of it was titles. */
  readonly name: readonly string[];
  /** As it came, e.g. "Dr. med.". */
  readonly title: string | null;
  readonly suffix: string | null;
  /** "Mr & Mrs": the name is that of two people. */
  readonly couple: boolean;
  /** A title that goes with a given name, as "Sir" and "Doña" do. */
  readonly ofGivenName: boolean;
}

/** Where words came from: a full name, or the box of one half of it. */
export type Box = 'full' | 'first' | 'last';

const LETTERS = /^[A-Za-z\u00C0-\u024F\u0400-\u04FF]+$/;

interface Ends {
  readonly language: NameLanguage | null;
  readonly box: Box;
  /** Whether all letters are capitals, so that capitals say nothing about one word. */
  readonly capitals: boolean;
}

/**
 * Takes titles ("Prof. Dr.", "Frau", "г-н") and suffixes ("Jr.", "PhD") off the words of a name. A word that is also a
 * name is a title only where something says so: its dot, two more words, or the language.
 */
export function stripTitles(all: readonly string[], language: NameLanguage | null, box: Box = 'full'): BareName {
  const [only] = all;
  // One word that no list has is a name, and nearly every box holds just that.
  if (all.length === 1 && only !== undefined && LETTERS.test(only) && !isListed(only)) {
    return { name: all, title: null, suffix: null, couple: false, ofGivenName: false };
  }
  const ends = { language, box, capitals: all.length > 1 && areCapitals(all.join(' ')) };
  const end = suffixStart(all, 0, ends);
  const { start, couple } = titleEnd(all.slice(0, end), ends);
  const title = all.slice(0, start);
  return {
    name: all.slice(start, end),
    title: title.length === 0 ? null : title.join(' '),
    suffix: end === all.length ? null : all.slice(end).join(' '),
    couple,
    ofGivenName: title.some((word) => words.TITLES_OF_GIVEN.has(bare(word))),
  };
}

function isListed(word: string): boolean {
  const key = word.toLowerCase();
  return words.TITLES.has(key) || words.TITLES_OR_NAMES.has(key);
}

function areCapitals(text: string): boolean {
  return text === text.toUpperCase() && text !== text.toLowerCase();
}

/** Whether all words are suffixes ("Jr.", "PhD MBA"), as after a comma. */
export function areSuffixes(all: readonly string[]): boolean {
  return all.length > 0 && all.every((word) => isSuffixAlone(word) || isTitleAfter(word));
}

/** Whether all words are suffixes that are nothing else; "JD" in brackets is rather a nickname. */
export function areCertainSuffixes(all: readonly string[]): boolean {
  return all.length > 0 && all.every((word) => words.SUFFIXES.has(bare(word)));
}

const MARK = /[.,'’"״׳]/;
const MARKS = /[.,'’"״׳]/gu;

function bare(word: string): string {
  const lower = word.toLowerCase();
  return MARK.test(lower) ? lower.replace(MARKS, '') : lower;
}

function titleEnd(all: readonly string[], ends: Ends): { start: number; couple: boolean } {
  let start = 0;
  let couple = false;
  while (start < all.length) {
    const word = all[start] ?? '';
    if (isTitle(word, all.slice(start + 1), ends) || (start > 0 && isFollower(all, start))) {
      start += 1;
    } else if (start > 0 && words.CONJUNCTIONS.has(bare(word)) && isTitle(all[start + 1] ?? '', [], ends)) {
      couple = true;
      start += 2;
    } else break;
  }
  return { start, couple };
}

/** "med." of "Dr. med.", "h. c."; "Dr. Med" alone keeps "Med", which is also short for Mohamed. */
function isFollower(all: readonly string[], at: number): boolean {
  const word = all[at] ?? '';
  if (word === 'h.') return all[at + 1] === 'c.';
  if (word === 'c.') return all[at - 1] === 'h.';
  return words.TITLE_FOLLOWERS.has(bare(word)) && (word.endsWith('.') || at < all.length - 1);
}

function isTitle(word: string, rest: readonly string[], { language, box }: Ends): boolean {
  const key = bare(word);
  if (words.TITLES.has(key) || (key.includes('-') && /^(?:prof|dr|dipl)-\p{L}/u.test(key))) return true;
  if (key === 'tan') return bare(rest[0] ?? '') === 'sri' && rest.length > 2;
  if (key === 'the') return /^(?:right|very|most)?(?:hon|honou?rable|rev|reverend)$/u.test(bare(rest[0] ?? ''));
  if (!words.TITLES_OR_NAMES.has(key)) return false;
  if (words.TITLES_BY_LANGUAGE[key]?.some((one) => one === language) === true) return true;
  if (box !== 'full') return word.endsWith('.') && key.length > 1;
  const next = rest[0]?.toLowerCase() ?? '';
  switch (key) {
    case 'm':
    case 'me':
      // "M. Night Shyamalan" has an initial, "M. Jean Dupont" is a Frenchman.
      return rest.length > 1 && FRENCH_GIVEN.has(next);
    case 'don':
    case 'dn':
      return rest.length > 1 && IBERIAN_GIVEN.has(next);
    case 'dame':
      return rest.length > 1 && !WEST_AFRICAN_FAMILY.has(rest.at(-1)?.toLowerCase() ?? '') && language !== 'wo';
    case 'g':
    case 'graf':
    case 'freiherr':
      // "Graf von Stauffenberg": in front of a family name alone.
      return key !== 'g' && isParticleHead(rest);
    case 'pan':
      return rest.length > 1 && !/^(?:[bpmfdtnlgkhjqxrzcsyw]h?)?[iu]?[aeiou]{1,2}(?:ng?)?$/u.test(next);
    case 'пан':
      return rest.length > 1;
    case 'bay':
      return rest.length > 1 && /[çğıöşü]/u.test(rest.join(' ').toLowerCase());
    default:
      // Short ones are abbreviations, which without a dot are rather names: "Col", "Gen", "Mag".
      return word.endsWith('.') || (rest.length > 1 && key.length >= 4);
  }
}

function suffixStart(all: readonly string[], start: number, ends: Ends): number {
  let end = all.length;
  while (end - start > 1 && isSuffix(all[end - 1] ?? '', end - start, ends)) end -= 1;
  return end;
}

function isSuffix(word: string, inBox: number, { capitals, box }: Ends): boolean {
  // Before a last name in its own box stands the first name in its own.
  const left = box === 'last' ? inBox + 1 : inBox;
  const key = bare(word);
  if (words.SUFFIXES.has(key)) return true;
  if (isTitleAfter(word)) return left > (box === 'full' ? 2 : 1);
  // "Ma" and "Vi" are family names: a degree needs its dots or capitals of its own, and two names before it.
  if (words.SUFFIXES_OR_NAMES.has(key)) {
    return left > 2 && ((!capitals && word === word.toUpperCase()) || /\p{L}\.\p{L}/u.test(word));
  }
  // Indonesian and Slavic degrees: "S.Kom", "M.Pd.", "dipl.ing".
  return (
    left > 2 &&
    word.includes('.') &&
    /^(?!S\.[AL]\.?$)(?:[SM]\.\p{Lu}\p{Ll}{0,5}\.?|[SM]\.\p{Lu}\.(?:\p{Lu}\p{Ll}*\.?)?|dipl\.\p{L}+\.?)$/u.test(word)
  );
}

function isSuffixAlone(word: string): boolean {
  const key = bare(word);
  if (words.SUFFIXES.has(key) || /^[SM]\.\p{Lu}\p{Ll}{1,5}\.?$/u.test(word)) return true;
  return words.SUFFIXES_OR_NAMES.has(key) && word === word.toUpperCase();
}

/** "Novák Ing.", "Müller Dipl.-Ing.": a title with its dot after the name. */
function isTitleAfter(word: string): boolean {
  return /\.$|^dipl/iu.test(word) && words.TITLES_AFTER.has(bare(word));
}
