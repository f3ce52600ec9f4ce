import { shoutedFamily } from './name-capitals.js';
import { splitEastAsian } from './name-east-asian.js';
import type { NameLanguage } from './name-evidence.js';
import { splitLatin } from './name-latin.js';
import { type NameParts, splitAt } from './name-parts.js';

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

const LATIN_ONLY = /^[ -~\u00A0-\u024F\u1E00-\u1EFF\u2019]+$/;
const LATIN_FIRST = /^[A-Za-z\u00C0-\u024F\u1E00-\u1EFF][ -~\u00A0-\u024F\u1E00-\u1EFF\u2019]*$/;
const LATIN_LETTER = /[A-Za-z\u00C0-\u024F\u1E00-\u1EFF]/;
const TWO_INITIALS = /^(?:\p{Lu}\.){2,4}$/u;
const PATRONYMIC = /(?:ович|евич|івна|ївна|овна|евна|инична)$|^(?:ильич|кузьмич|лукич|фомич|никитич|ильинична)$|ич$/iu;
const TURKIC_PATRONYMIC = /^(?:оглы|оглу|кызы|улы|уулу)$/iu;
const SLAVIC_FAMILY =
  /(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ский|ская|цкий|цкая|ський|ська|цький|цька|енко|чук|щук|юк|дзе|швили|ян)$/iu;
// Given names with the same ends.
const SLAVIC_GIVEN = new Set(
  (
    'константин мартин валентин валентина марина ирина ірина карина полина поліна екатерина катерина кристина христина ' +
    'алина аліна арина аріна ангелина ангеліна галина нина ніна дина діна регина регіна каролина кароліна лина ліна севастьян ' +
    'вениамин лев лєв яков августин рустам роман богдан иван іван степан дамиан стефан фабиан юлиан касьян тамерлан руслан ' +
    'аделина эвелина евеліна эльвина сабина яна ян кристиан христиан лилиан мариан джан ерванд емельян лукьян демьян севериан ' +
    'марьян марян ульян валерьян злата антонина антоніна калина мальвина снежана мирослава устин юстин юстина никин бронислав ' +
    'алевтина ефим серафима марин флорин павлин павлина дафина калин златина'
  ).split(' '),
);
const ARABIC_GIVEN_HEAD = new Set('عبد أبو ابو أم ام'.split(' '));
const ARABIC_GIVEN_TAIL = /^(?:الدين|الله|الإسلام|الرحمن|الزهراء|الهدى)$/u;
const ARABIC_FAMILY_HEAD = new Set('بن ابن بنت آل ولد أولاد'.split(' '));
const PERSIAN = /[پچژگکیےڈٹڑں]/u;
const HEBREW_FAMILY_HEAD = new Set('בן בר אבן בית אל די דה ון'.split(' '));

/** The script a name is written in; a Japanese name with any kana is `kana`. */
export function scriptOf(text: string): Script {
  // Nearly all names are Latin: one look instead of eight.
  if (LATIN_FIRST.test(text)) return 'latin';
  if (LATIN_ONLY.test(text) && LATIN_LETTER.test(text)) return 'latin';
  return SCRIPTS.find(([, letters]) => letters.test(text))?.[0] ?? 'other';
}

/**
 * Splits the words of a full name the way its script, its language and its own words order it. A single word is a first
 * name. Both parts are null where nothing tells where a name in one piece is to be divided.
 *
 * @param honorific that stood after a name in Han, kana or Hangul.
 */
export function splitFullName(
  words: readonly string[],
  language: NameLanguage | null,
  honorific: string | null = null,
): NameParts {
  const text = words.join(' ');
  const script = scriptOf(text);
  if (script === 'han' || script === 'hangul' || script === 'kana') {
    return splitEastAsian(text, script, honorific, language);
  }
  if (words.length < 2) return { first: words[0] ?? null, last: null };
  const [one = '', ...others] = words;
  // "Иванов И. И.", "Tolkien J.R.R.": one initial may stand for either name, two only for given ones.
  if (one.length > 2 && !one.includes('.') && text.includes('.') && TWO_INITIALS.test(others.join('')))
    return { first: others.join(' '), last: one };
  const shouted = shoutedFamily(words);
  if (shouted !== null) return shouted;
  switch (script) {
    case 'latin':
      return splitLatin(words, language);
    case 'cyrillic':
      return splitCyrillic(words);
    case 'arabic':
      return splitAt(words, arabicFamilyStart(words));
    case 'hebrew': {
      const head = words.findIndex((word, at) => at > 0 && at < words.length - 1 && HEBREW_FAMILY_HEAD.has(word));
      return splitAt(words, head > 0 ? head : words.length - 1);
    }
    case 'greek':
    case 'other': {
      const particle = words.findIndex((word, at) => at > 0 && at < words.length - 1 && word === 'ณ');
      return splitAt(words, particle > 0 ? particle : words.length - 1);
    }
  }
}

/** One name out of two parts, in the order their script has. */
export function joinName({ first, last }: NameParts): string | null {
  if (first === null || last === null) return first ?? last;
  const script = scriptOf(last);
  // All katakana is a foreign name, and keeps its own order: マイケル・ジョーダン.
  if (script === 'kana' && /^[\p{Script=Katakana}ー]+$/u.test(last + first)) return `${first}・${last}`;
  return script === 'han' || script === 'hangul' || script === 'kana' ? `${last}${first}` : `${first} ${last}`;
}

/** "Иванов Иван Иванович" and "Иван Иванович Иванов": the patronymic tells which end the family name is at. */
function splitCyrillic(words: readonly string[]): NameParts {
  const [one = '', two = ''] = words;
  const last = words.at(-1) ?? '';
  const familyFirst = { first: words.slice(1).join(' '), last: one };
  if (TURKIC_PATRONYMIC.test(last)) return words.length > 3 ? familyFirst : { first: words.join(' '), last: null };
  if (words.length === 3 && PATRONYMIC.test(last) && !PATRONYMIC.test(two)) return familyFirst;
  // "Иванов Иван": the end of the word tells.
  if (words.length === 2 && isSlavicFamily(one) && !isSlavicFamily(two)) return familyFirst;
  return splitAt(words, words.length - 1);
}

function isSlavicFamily(word: string): boolean {
  return SLAVIC_FAMILY.test(word) && !SLAVIC_GIVEN.has(word.toLowerCase().replace(/['’ʼ]/gu, ''));
}

function arabicFamilyStart(words: readonly string[]): number {
  const head = words.findIndex((word, at) => at > 0 && at < words.length - 1 && ARABIC_FAMILY_HEAD.has(word));
  if (head > 0) return head;
  const isDouble = ARABIC_GIVEN_HEAD.has(words[0] ?? '') || ARABIC_GIVEN_TAIL.test(words[1] ?? '');
  // Persian and Urdu names end in one family name; Arabic ones in the father's and the family's.
  if (PERSIAN.test(words.join(''))) return words.length - 1;
  return isDouble && words.length > 2 ? 2 : 1;
}
