import { foldText } from '../field-values.js';

/** Most titles: nothing of what is cleaned below stands in them. */
const ASCII_WORDS = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;
/** Without one of these, a title has no marks to clean. */
const MARKS = /[./|*:_·•(&+]/;
const LETTERS_OF_THEIR_OWN: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe' };
/** "(m/w/d)", "H/F", "m/v/x": which sexes may apply. */
const SEXES =
  /[([]?(?<![\p{L}\p{N}])(?:[mwfdhvx]|gn|div)(?:\s?[/|*,.]\s?(?:[mwfdhvxi*]|gn|div))+(?![\p{L}\p{N}])\.?[)\]]?/giu;
/** "Leiter/in", "Mitarbeiter*in", "Chargé(e)", "Directeur/trice", "Jefe/a", "Assistant·e". */
const BOTH_FORMS =
  /(?<=\p{L}{3})\s?(?:[/*:_·•]\s?-?|\.|\()(?:innen|in|trice|rice|ice|euse|eure|ère|fe|ne|te|e|r|a|o|as)\)?(?!\p{L})/giu;
/** "LeiterIn". */
const INNER_CAPITAL = /(?<=\p{Ll})In(?:nen)?(?!\p{L})/gu;
const DOTTED = /(?<!\p{L})(?:\p{L}\.\s?){2,}(?!\p{Ll})/gu;
/** Dutch "ad interim" looks like artificial intelligence once its dots are gone; German "außer Dienst" like a director. */
const INTERIM = /(?<!\p{L})a\.i\./gu;
const OUT_OF_OFFICE = /(?<!\p{L})(?:a\.\s?D\.|i\.\s?R\.)/gu;
/** Two letters and a sign are one word: R&D, I+D, L&D, FP&A. */
const LETTER_PAIR = /(?<![\p{L}\p{N}])(\p{L}{1,2})\s?[&+]\s?(\p{L})(?![\p{L}\p{N}])/gu;
/** The founder's associate is no founder. */
/** Swedish "at"; without its ring it would be a personal assistant. */
const PA_WITH_RING = /(?<= )p[åÅ](?= )/gu;
const POSSESSIVE = /\p{L}+['’]s(?!\p{L})/gu;
const TOKEN = /[\p{L}\p{N}\p{M}]+(?:&\p{L})?|[&+]|[,;|/\\•·:–—()[\]{}"“”„«»@、・。]|(?<=\s)-+(?=\s)/gu;
const CJK_BREAK = /[,;|/\\•·:–—()[\]{}"“”„«»@、・。＆+兼]|(?<!\p{L})&|&(?!\p{L})/u;
const BREAK = /^[^\p{L}\p{N}&+@]/u;

/** Folds a word or phrase as titles are folded: lower case, without accents, `ł` as l. */
export function foldTitle(text: string): string {
  if (ASCII_WORDS.test(text)) return text.toLowerCase();
  return text
    .split(' ')
    .map((word) => (word === '&' ? word : word.split('&').map(foldText).join('&')))
    .join(' ')
    .replace(/[łøđıæœ]/gu, (letter) => LETTERS_OF_THEIR_OWN[letter] ?? letter);
}

/**
 * Cuts a title into parts at commas, strokes, brackets and dashes, and each part into folded words. `&` and `+` become
 * the word `&`, `@` stays. Marks of both sexes and words in the possessive are gone.
 */
export function titleParts(title: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const [token] of plainTitle(title).matchAll(TOKEN)) {
    if (BREAK.test(token)) parts.push([]);
    else if (token === '@') parts.at(-1)?.push(token);
    else if (token === '+') parts.at(-1)?.push('&');
    else parts.at(-1)?.push(...foldTitle(token).split(' '));
  }
  return parts.filter((words) => words.length > 0);
}

/** Cuts a title in Chinese, Japanese or Korean into parts, folded; a space stays one, as it may stand inside a title. */
export function cjkParts(title: string): readonly string[] {
  return title
    .normalize('NFKC')
    .replace(LETTER_PAIR, '$1&$2')
    .split(CJK_BREAK)
    .map((part) => foldTitle(part))
    .filter((part) => part !== '');
}

function plainTitle(title: string): string {
  if (ASCII_WORDS.test(title)) return title.replace(INNER_CAPITAL, '');
  let text = title.normalize('NFKC');
  if (MARKS.test(text)) {
    text = text
      .replace(SEXES, ' ')
      .replace(INTERIM, ' ')
      .replace(OUT_OF_OFFICE, ' retired ')
      .replace(DOTTED, (letters) => `${letters.replace(/[.\s]/gu, '')} `)
      .replace(BOTH_FORMS, '')
      .replace(LETTER_PAIR, '$1&$2');
  }
  return text.replace(PA_WITH_RING, ' inom ').replace(POSSESSIVE, ' ').replace(INNER_CAPITAL, '');
}
