const KEYS = 'abc2def3ghi4jkl5mno6pqrs7tuv8wxyz9';
/** Digits first, then words of the keypad: "1-800-FLOWERS", "0800 CALL NOW", "(212) MU7-5000". */
const VANITY = /^[\s(+]*\d[\d\s().+/-]*[\d\s().-][a-z\d\s.-]*$/iu;
const LONGEST_WORDS = 12;
/** Numbers of the North American plan that are free for callers; their networks ignore surplus letters. */
const FREE_CALL = /^(\+?1?)((?:800|888|877|866|855|844|833)\d{7})\d*$/u;

/** @returns the text with the digits of a phone's keys instead of letters; null when it is no number with words in it. */
export function dialledLetters(text: string): string | null {
  const letters = text.replace(/[^a-z]/giu, '');
  if (letters.length < 2 || letters.length > LONGEST_WORDS || !VANITY.test(text)) return null;
  // "1-8OO-225-5288": letters typed for digits that look like them.
  if (/^[oil]+$/iu.test(letters)) return null;
  const digits = text.replace(/[a-z]/giu, keyOf).replace(/[^\d+]/gu, '');
  return FREE_CALL.test(digits) ? digits.replace(FREE_CALL, '$1$2') : digits;
}

function keyOf(letter: string): string {
  return KEYS.slice(KEYS.indexOf(letter.toLowerCase())).match(/\d/u)?.[0] ?? '';
}
