import type { NameLanguage } from './name-evidence.js';
import { JAPANESE_ONE, JAPANESE_THREE, JAPANESE_TWO } from './name-japanese.js';
import { type NameParts, splitAt } from './name-parts.js';
import { CHINESE_DOUBLE, CHINESE_FAMILY, KOREAN_DOUBLE, KOREAN_FAMILY } from './name-orders.js';

export type EastAsianScript = 'han' | 'hangul' | 'kana';

/**
 * Splits a Chinese, Korean or Japanese name, family name first.
 *
 * @param honorific after the name ("様", "先生"): one name with it is a family name.
 */
export function splitEastAsian(
  text: string,
  script: EastAsianScript,
  honorific: string | null,
  language: NameLanguage | null,
): NameParts {
  const words = text.split(/[\s・·‧=＝]+/u).filter((word) => word !== '');
  // With a middle dot, a foreign name is written given name first.
  if (/[・·‧＝]/u.test(text) && words.length > 1) return splitAt(words, words.length - 1);
  const [only = ''] = words;
  if (words.length > 1) return splitSpaced(words, script);
  const characters = Array.from(only);
  const at = familyLength(only, characters, script, honorific, language);
  if (at === null) return script === 'kana' ? { first: only, last: null } : { first: null, last: null };
  if (at >= characters.length) return { first: null, last: only };
  return { first: characters.slice(at).join(''), last: characters.slice(0, at).join('') };
}

function splitSpaced(words: readonly string[], script: EastAsianScript): NameParts {
  const [one = '', ...rest] = words;
  const last = words.at(-1) ?? '';
  const familyFirst = { first: rest.join(' '), last: one };
  const familyLast = splitAt(words, words.length - 1);
  if (script === 'hangul') {
    // "민수 김" was turned round, and "버락 오바마" is a foreign name: no Korean family name is as long.
    return Array.from(one).length === 1 || KOREAN_DOUBLE.has(one) ? familyFirst : familyLast;
  }
  if (script === 'han' && CHINESE_FAMILY.has(last) && Array.from(one).length === 2 && !isFamily(one)) return familyLast;
  return familyFirst;
}

function isFamily(word: string): boolean {
  return CHINESE_DOUBLE.has(word) || JAPANESE_TWO.has(word) || JAPANESE_THREE.has(word);
}

/** Characters of the family name: all of them when there is nothing else, null when nothing tells. */
function familyLength(
  name: string,
  characters: readonly string[],
  script: EastAsianScript,
  honorific: string | null,
  language: NameLanguage | null,
): number | null {
  const count = characters.length;
  if (script === 'hangul') return koreanLength(characters, honorific);
  if (script === 'kana') {
    const han = /^[\p{Script=Han}々ヶヵノ]+(?=[\p{Script=Hiragana}\p{Script=Katakana}])/u.exec(name)?.[0];
    if (han === undefined) return honorific === null ? null : count;
    // "森ゆきこ" and "高橋みなみ" divide where the script changes, "佐藤恵み" within the characters.
    const length = japaneseLength(Array.from(han));
    return length ?? (Array.from(han).length <= 3 ? Array.from(han).length : null);
  }
  const isJapanese = language === 'ja' || (honorific !== null && /^(?:さん|さま|様|殿|君|ちゃん|氏)$/u.test(honorific));
  const japanese = language === 'zh' ? null : japaneseLength(characters);
  if (honorific !== null && (japanese === count || (isJapanese ? count <= 2 : count === 1))) return count;
  if (japanese !== null && (japanese > 1 || isJapanese)) return japanese;
  if (isJapanese) return count === 4 ? 2 : null;
  if (count > 2 && CHINESE_DOUBLE.has(characters.slice(0, 2).join(''))) return 2;
  if (count === 2 && honorific !== null && CHINESE_DOUBLE.has(name)) return 2;
  if (japanese === 1 && (count > 3 || !CHINESE_FAMILY.has(characters[0] ?? ''))) return 1;
  if ((count === 2 || count === 3) && CHINESE_FAMILY.has(characters[0] ?? '')) return 1;
  // Married women in Taiwan and Hong Kong have two family names, each of one character.
  if (count === 4 && [0, 1].every((at) => CHINESE_FAMILY.has(characters[at] ?? '')) && language === 'zh') return 2;
  return count === 4 && language !== 'zh' ? 2 : null;
}

function koreanLength(characters: readonly string[], honorific: string | null): number | null {
  const count = characters.length;
  if (count === 1) return 1;
  if (count > 2 && KOREAN_DOUBLE.has(characters.slice(0, 2).join(''))) return 2;
  if (count === 2 && honorific !== null && KOREAN_DOUBLE.has(characters.join(''))) return 2;
  return count <= 4 && KOREAN_FAMILY.has(characters[0] ?? '') ? 1 : null;
}

/** The longest family name of the lists that the characters begin with. */
function japaneseLength(characters: readonly string[]): number | null {
  const head = (length: number): string => characters.slice(0, length).join('');
  if (characters.length >= 3 && JAPANESE_THREE.has(head(3))) return 3;
  if (characters.length >= 2 && JAPANESE_TWO.has(head(2))) return 2;
  return JAPANESE_ONE.has(head(1)) ? 1 : null;
}
