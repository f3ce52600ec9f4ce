import { foldText } from '../field-values.js';

const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Hangul}/u,
];
const HAS_NO_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Whether a full name can be the same person's as a first and a last name: one word of them is enough, because people
 * marry, have nicknames and second names. Names in two scripts cannot be compared, and neither can initials.
 */
export function canBeOneName(full: string, first: string, last: string): boolean {
  const whole = foldText(full).replace(/ /gu, '');
  const parts = `${first} ${last}`;
  const shareScript = SCRIPTS.some((script) => script.test(full) && script.test(parts));
  const words = foldText(parts).split(' ');
  if (!shareScript || whole === '') return true;
  return words.some((word) => (word.length === 1 && !HAS_NO_SPACES.test(word)) || whole.includes(word));
}
