// Letters that NFKD leaves alone, and letters that keyboards of neighbouring languages write differently.
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  ە: 'ه',
};
const OTHER_LETTERS = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');
// Latin, Greek and Cyrillic accents; Hebrew and Arabic points; the Arabic tatweel.
const OPTIONAL_MARKS = /[\u0300-\u036F\u0591-\u05C7\u064B-\u0655\u0670\u0640]/gu;
const POSSESSIVE = /['’`´]s(?![\p{L}\p{N}])/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/u;
/** Most names. */
const PLAIN_WORDS = /^[a-z]+(?: [a-z]+)*$/i;
const ASCII = /^[\x20-\x7E]*$/;

/** The words of a name without case, accents, points and punctuation: "Côte d'Ivoire" is cote, d, ivoire. */
export function countryWords(text: string): string[] {
  if (PLAIN_WORDS.test(text)) return text.toLowerCase().split(' ');
  const folded = ASCII.test(text) ? text.toLowerCase() : foldLetters(text);
  return folded.replace(POSSESSIVE, 's').split(BETWEEN_WORDS).filter(Boolean);
}

/** A name as the list of names spells it: its words written together, because "Viet Nam" is also "Vietnam". */
export function countryKey(text: string): string {
  return countryWords(text).join('');
}

function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(OPTIONAL_MARKS, '')
    .normalize('NFC')
    .replace(OTHER_LETTERS, (letter) => LETTERS[letter] ?? letter);
}
