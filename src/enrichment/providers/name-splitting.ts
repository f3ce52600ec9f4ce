import { isParticle } from './name-casing.js';

/** A person's name in two parts, in their script. */
export interface NameParts {
  readonly first: string | null;
  readonly last: string | null;
}

export type Script = 'latin' | 'cyrillic' | 'greek' | 'arabic' | 'hebrew' | 'han' | 'kana' | 'hangul' | 'other';

const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['hangul', /\p{Script=Hangul}/u],
  ['han', /\p{Script=Han}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['greek', /\p{Script=Greek}/u],
  ['latin', /\p{Script=Latin}/u],
];

// Family names of two characters; all others have one.
const HAN_DOUBLE = new Set(
  '欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 東方 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 长孙 長孫 宇文 轩辕 軒轅 端木 百里 南宫 南宮'.split(
    ' ',
  ),
);
const HANGUL_DOUBLE = new Set('남궁 황보 제갈 선우 독고 사공 서문'.split(' '));
const PATRONYMIC = /(?:ович|евич|ич|івна|ївна|овна|евна|ична|инична|оглы|кызы)$/iu;
const ARABIC_PREFIX = new Set('عبد أبو ابو أم ام'.split(' '));

/** The script a name is written in; a Japanese name with any kana is `kana`. */
export function scriptOf(text: string): Script {
  return SCRIPTS.find(([, letters]) => letters.test(text))?.[0] ?? 'other';
}

/** Splits a full name the way its script orders it: family name first in Chinese, Japanese and Korean. */
export function splitFullName(text: string): NameParts {
  const comma = /^([^,]+),\s*([^,]+)$/u.exec(text);
  if (comma !== null) return { first: comma[2] ?? null, last: comma[1] ?? null };
  const words = text.split(/[\s・·]+/u).filter((word) => word !== '');
  const script = scriptOf(text);
  if (script === 'han' || script === 'hangul' || script === 'kana') return splitEastAsian(words, script, text);
  if (words.length < 2) return { first: words[0] ?? null, last: null };
  if (script === 'cyrillic') return splitCyrillic(words);
  if (script === 'arabic') return splitAt(words, ARABIC_PREFIX.has(words[0] ?? '') && words.length > 2 ? 2 : 1);
  return splitAt(words, lastNameStart(words));
}

/** One name out of two parts, in the order their script has. */
export function joinName({ first, last }: NameParts): string | null {
  if (first === null || last === null) return first ?? last;
  const script = scriptOf(last);
  // All katakana is a foreign name, and keeps its own order: マイケル・ジョーダン.
  if (script === 'kana' && /^[\p{Script=Katakana}ー]+$/u.test(last + first)) return `${first}・${last}`;
  return script === 'han' || script === 'hangul' || script === 'kana' ? `${last}${first}` : `${first} ${last}`;
}

function splitAt(words: readonly string[], at: number): NameParts {
  return { first: words.slice(0, at).join(' '), last: words.slice(at).join(' ') };
}

/** "Ludwig van Beethoven": from the first particle on; without one, the last word. */
function lastNameStart(words: readonly string[]): number {
  const particle = words.findIndex((word, at) => at > 0 && at < words.length - 1 && isParticle(word));
  return particle > 0 ? particle : words.length - 1;
}

/** "Иванов Иван Иванович" and "Иван Иванович Иванов": the patronymic tells which end the family name is at. */
function splitCyrillic(words: readonly string[]): NameParts {
  const [one = '', two = '', three] = words;
  if (three === undefined) return { first: one, last: two };
  if (PATRONYMIC.test(three) && words.length === 3) return { first: `${two} ${three}`, last: one };
  return splitAt(words, words.length - 1);
}

function splitEastAsian(words: readonly string[], script: Script, text: string): NameParts {
  const [only = '', ...given] = words;
  // Katakana with a middle dot writes a foreign name, given name first.
  if (/[・·]/u.test(text)) return splitAt(words, Math.max(1, words.length - 1));
  if (given.length > 0) return { first: given.join(' '), last: only };
  const characters = Array.from(only);
  if (characters.length < 2 || characters.length > 5) return { first: only === '' ? null : only, last: null };
  const at = familyLength(only, characters, script);
  return { first: characters.slice(at).join(''), last: characters.slice(0, at).join('') };
}

function familyLength(name: string, characters: readonly string[], script: Script): number {
  const two = characters.slice(0, 2).join('');
  if (script === 'hangul') return characters.length > 2 && HANGUL_DOUBLE.has(two) ? 2 : 1;
  if (script === 'kana') {
    const family = /^\p{Script=Han}{1,3}(?=[\p{Script=Hiragana}\p{Script=Katakana}])/u.exec(name)?.[0];
    return family === undefined ? Math.ceil(characters.length / 2) : Array.from(family).length;
  }
  // Four characters: a Japanese name (two and two) or a Chinese family name of two.
  return characters.length === 4 || (characters.length > 2 && HAN_DOUBLE.has(two)) ? 2 : 1;
}
