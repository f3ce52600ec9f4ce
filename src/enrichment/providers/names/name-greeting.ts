import { scriptOf } from './name-splitting.js';

const INITIALS = /^(?:\p{L}\.?|(?:\p{L}\.)+\p{L}?\.?)$/u;
const SHORT_FOR = new Set('mohd muhd mohmd wm chas thos jas geo robt edw benj jos. chr'.split(' '));
const VIETNAMESE_MIDDLE = /^(?:thị|văn|thi)$/iu;

/**
 * The part of a first name that a person is called by: without initials ("John E" → "John"). Null when nothing but
 * initials or an abbreviation is left ("J.R.R.", "JD", "Wm", "Md").
 */
export function callName(first: string): string | null {
  const script = scriptOf(first);
  if (script !== 'latin' && script !== 'cyrillic' && script !== 'greek') return first;
  const words = first.split(' ').filter((word) => !isInitials(word));
  if (words[0]?.length === 3 && VIETNAMESE_MIDDLE.test(words[0])) words.shift();
  if (words.length === 0 || words.some((word) => isAbbreviation(word, script === 'latin'))) return null;
  return words.join(' ');
}

/** Whether a name is no more than its first letter; a Chinese name of one character is whole. */
export function isInitial(name: string): boolean {
  // A letter has up to two code units.
  return name.length <= 3 && /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]\.?$/u.test(name);
}

function isInitials(word: string): boolean {
  return (word.length <= 2 || word.includes('.')) && INITIALS.test(word);
}

function isAbbreviation(word: string, isLatin: boolean): boolean {
  if (word.endsWith('.')) return true;
  // Nothing below is longer than three letters, each of up to two code units.
  if (word.length > 6) return false;
  if (SHORT_FOR.has(word.toLowerCase())) return true;
  // Two capitals are initials ("AJ"); a word without vowels is short for a name ("Md").
  if (/^\p{Lu}{2,3}$/u.test(word)) return true;
  if (!isLatin || word.length > 4 || /[aeiouy]/.test(word)) return false;
  return !/[aeiouyæœøıəơư]/u.test(word.normalize('NFD').toLowerCase());
}

/** The findings that a greeting may use. */
export type GreetingValues = Readonly<Record<'first' | 'last' | 'full' | 'title', string | null>>;

const SLOT = /\{(first|last|full|title)\}/u;

/**
 * Makes a template like `Dear {first}` into a function that greets by it. The function answers null when a name that the
 * template needs is missing, an initial or an abbreviation; a title may be missing.
 */
export function greetingOf(template: string): (values: GreetingValues) => string | null {
  // Odd places hold the names of slots.
  const pieces = template.split(SLOT);
  return (values) => {
    let text = '';
    let at = -1;
    for (const piece of pieces) {
      at += 1;
      const said = at % 2 === 0 ? piece : sayable(piece as keyof GreetingValues, values);
      if (said === null && piece !== 'title') return null;
      text += said ?? '';
    }
    return (text.includes('  ') ? text.replace(/ {2,}/gu, ' ') : text).trim();
  };
}

function sayable(slot: keyof GreetingValues, values: GreetingValues): string | null {
  const value = values[slot];
  if (value === null) return null;
  if (slot === 'first') return callName(value);
  return slot === 'last' && isInitial(value) ? null : value;
}
