import type { NameParts } from './name-parts.js';
import type { NameLanguage } from './name-evidence.js';
import { AGNOMENS, FIRST_GIVEN, IBERIAN_FAMILY, IBERIAN_GIVEN, MARIAN, SECOND_GIVEN } from './name-lists.js';
import * as orders from './name-orders.js';
import { isParticle, startsFamily } from './name-particles.js';

// Family names of several words with nothing that tells it.
const COMPOUND = /^(?:jansen|janse|espinosa) (?:van|de)\b|^giscard d['’]estaing$|^(?:saint|st\.?) laurent$/u;
const VIETNAMESE_MARKS = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/iu;
const SPANISH_END =
  /(?:ez|[áéíó]n|[áéíóú][a-z]{1,2}|illo|illos|ñ[aoe]|ar[áé]s|eros|edo|ales|uevo|orre|alle|zar|iaga|arte|rría|ea)$/u;
const PATRONYMIC = /(?:ov|ev|yev)(?:ich|na)$/iu;
const SLAVIC_FAMILY = /(?:ov|ev|in|sky|skiy|skii|ova|eva|ina|skaya|enko|chuk|yuk)$/iu;
const PINYIN =
  /^(?:(?:[bpmf]|[dtnl]|[gkh]|[jqx]|[zcs]h?|r|[yw])?(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue|v|er)){1,3}$/u;
// First names elsewhere.
const HUNGARIAN_ABROAD = new Set('simon kiss major barna gáspár virág'.split(' '));
const PINYIN_FAMILY = new Set(
  (
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang han feng ' +
    'deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lv lu ding ren shen yao cui zhong tan wang fan ' +
    'jin shi liao jia xia fu fang bai zou meng xiong qin qiu jiang yin xue yan duan lei hou long tao he gu mao hao gong shao ' +
    'wan qian qin wu dai mo kong xiang tang xi'
  ).split(' '),
);

/** Splits a name in Latin letters of at least two words; without evidence for another place, the last word is the family name. */
export function splitLatin(words: readonly string[], language: NameLanguage | null): NameParts {
  const lower = words.map((word) => word.toLowerCase());
  const [one = '', two = ''] = lower;
  if (words.length === 2 && FIRST_GIVEN.has(one) && SECOND_GIVEN.has(two))
    return { first: words.join(' '), last: null };
  // "García López", "van der Berg": a family name alone.
  if (words.length === 2 && isFamilyOnly(one) && isFamilyOnly(two)) return { first: null, last: words.join(' ') };
  if (words[0] === one && words.some((word, at) => word !== lower[at]) && isParticle(one)) {
    return { first: null, last: words.join(' ') };
  }
  if (isFamilyFirst(words, lower, language)) return { first: words.slice(1).join(' '), last: words[0] ?? null };
  const at = familyStart(words, lower, language);
  // "María del Carmen": all of it is a given name.
  if (at >= words.length) return { first: words.join(' '), last: null };
  return { first: words.slice(0, at).join(' '), last: words.slice(at).join(' ') };
}

function isFamilyFirst(words: readonly string[], lower: readonly string[], language: NameLanguage | null): boolean {
  const [one = '', two = ''] = lower;
  const last = lower.at(-1) ?? '';
  if (lower.length === 3 && PATRONYMIC.test(last) && SLAVIC_FAMILY.test(one)) return true;
  if (lower.length <= 3 && isHungarianOrder(one, last, language)) return true;
  if (orders.VIETNAMESE_FAMILY.has(one) || orders.VIETNAMESE_PLAIN.has(one)) {
    const isVietnamese =
      language === 'vi' ||
      !/^[a-z]+$/u.test(one) ||
      VIETNAMESE_MARKS.test(lower.join(' ')) ||
      orders.VIETNAMESE_MIDDLE.has(two);
    const isTurnedRound = orders.VIETNAMESE_FAMILY.has(last) || orders.VIETNAMESE_PLAIN.has(last);
    if (isVietnamese && (!isTurnedRound || lower.length > 2)) return true;
  }
  if (lower.length !== 2) return false;
  if (/ez$|^garc[ií]a$/u.test(one) && isFamilyOnly(one) && IBERIAN_GIVEN.has(last) && !IBERIAN_FAMILY.has(last))
    return true;
  if (orders.KOREAN_LATIN.has(one) && isKoreanGiven(two, language)) return true;
  // "Tsai Ing-wen": a small letter behind the hyphen is the habit of Taiwan.
  if (
    orders.TAIWANESE_LATIN.has(one) &&
    /^(?!Ann|Mar|Jean|Jo|Lisa|Eva|Lou)\p{Lu}\p{Ll}+-\p{Ll}+$/u.test(words[1] ?? '')
  )
    return true;
  return language === 'zh' && PINYIN_FAMILY.has(one) && two.length > 4 && PINYIN.test(two) && !PINYIN_FAMILY.has(two);
}

function isHungarianOrder(one: string, last: string, language: NameLanguage | null): boolean {
  const isFamily = orders.HUNGARIAN_FAMILY.has(one);
  const isGiven = orders.HUNGARIAN_GIVEN.has(one);
  if (language === 'hu') return isFamily || !isGiven;
  // Friends call no person "Mészáros", with any word behind it.
  return (
    isFamily &&
    !isGiven &&
    !HUNGARIAN_ABROAD.has(one) &&
    (!orders.HUNGARIAN_FAMILY.has(last) || orders.HUNGARIAN_GIVEN.has(last))
  );
}

function isKoreanGiven(word: string, language: NameLanguage | null): boolean {
  const syllables = word.split('-');
  if (syllables.length === 2) return syllables.every((syllable) => orders.KOREAN_SYLLABLES.has(syllable));
  if (language !== 'ko' || word.length < 4) return false;
  return Array.from({ length: word.length }).some(
    (_all, at) => orders.KOREAN_SYLLABLES.has(word.slice(0, at)) && orders.KOREAN_SYLLABLES.has(word.slice(at)),
  );
}

function familyStart(words: readonly string[], lower: readonly string[], language: NameLanguage | null): number {
  const count = words.length;
  const compound = lower.findIndex((_word, at) => at > 0 && COMPOUND.test(lower.slice(at).join(' ')));
  if (compound > 0) return compound;
  if (AGNOMENS.has(lower.at(-1) ?? '') && count > 2)
    return familyStart(words.slice(0, -1), lower.slice(0, -1), language);
  let from = 1;
  // "María de los Ángeles Ruiz", "Abd El Rahman Hassan": a particle within the given name.
  if (/^mar[ií]a$|^juan$|^ana$|^rosa$/u.test(lower[0] ?? '') || /^mar[ií]a$/u.test(lower[1] ?? ''))
    from = afterMarian(lower);
  if (/^ab[dou]?[eu]?[lr]?$/u.test(lower[0] ?? '') && /^(?:el|al|ul|ur|ar)$/u.test(lower[1] ?? '') && count > 3)
    from = 3;
  if (/^(?:ed|ad|ud|el|al)$/u.test(lower[1] ?? '') && /^(?:din|dine|abidine|deen|islam)$/u.test(lower[2] ?? ''))
    from = 3;
  // Without more words only "María del Carmen" is a given name; "Rosa del Valle" has a family name.
  if (from >= count && !/^mar[ií]a$/u.test(lower[0] ?? '')) from = 1;
  if (from >= count) return count;
  for (let at = from; at < count - 1; at += 1) {
    if (isJoiner(words, lower, at, language)) return at - 1;
    if (startsFamily(words, at))
      return at - from >= 1 && IBERIAN_FAMILY.has(lower[at - 1] ?? '') && !IBERIAN_GIVEN.has(lower[at - 1] ?? '')
        ? iberianStart(lower, from, at)
        : at;
  }
  return count - from > 1 ? twoFamilyNames(lower, from, language) : Math.max(from, count - 1);
}

/** Words of a given name like "María del Carmen"; 1 when it is none. */
function afterMarian(lower: readonly string[]): number {
  const particle = lower.findIndex((word, at) => at > 0 && at < 3 && /^(?:de|del|da|do|das|dos)$/u.test(word));
  if (particle < 1) return 1;
  let at = particle + 1;
  while (/^(?:la|las|los)$/u.test(lower[at] ?? '')) at += 1;
  return MARIAN.has(lower[at] ?? '') ? at + 1 : 1;
}

/** "José Ortega y Gasset", "Maria Sousa e Silva"; a capital "E" is rather an initial: "Mary Ann E Smith". */
function isJoiner(
  words: readonly string[],
  lower: readonly string[],
  at: number,
  language: NameLanguage | null,
): boolean {
  if (at < 2) return false;
  const word = lower[at] ?? '';
  if (word === 'y') return words[at] === 'y' || IBERIAN_GIVEN.has(lower[0] ?? '');
  if (word !== 'e' && word !== 'i') return false;
  const isSmallAmongCapitals = words[at] === word && words[at - 1] !== lower[at - 1];
  return isSmallAmongCapitals || (language === (word === 'e' ? 'pt' : 'es') && words[at] === word);
}

/** Where the run of family names ends that stands before a particle: "Ana García de la Torre". */
function iberianStart(lower: readonly string[], from: number, particle: number): number {
  let at = particle;
  while (at > from && isFamilyOnly(lower[at - 1] ?? '')) at -= 1;
  return at;
}

function isFamilyOnly(word: string): boolean {
  return IBERIAN_FAMILY.has(word) && !IBERIAN_GIVEN.has(word);
}

/** "José García Márquez" and "José Luis García": a list of names tells how many of three are given. */
function twoFamilyNames(lower: readonly string[], from: number, language: NameLanguage | null): number {
  const count = lower.length;
  const lastTwo = count - 2;
  const isHere = language === 'es' || language === 'pt';
  const isIberian = isHere || IBERIAN_GIVEN.has(lower[0] ?? '');
  const [first = '', second = ''] = lower.slice(lastTwo);
  const isGivenToo = IBERIAN_GIVEN.has(first);
  if (lastTwo < from || first.length === 1) return count - 1;
  // "David Miranda Smith" has a second given name; "García" and "-ez" are no given names.
  const isSpanish = isHere || IBERIAN_FAMILY.has(second) || (isIberian && /[áéíóúñ]|[ei]z$/u.test(first));
  if (isFamilyOnly(first) && isSpanish) return lastTwo;
  if (!isIberian) return count - 1;
  // A word of both kinds is a family name where the given name is complete without it: "Ana Luisa Martín Ruiz".
  if (isGivenToo)
    return (isHere || IBERIAN_FAMILY.has(first)) && lastTwo - from >= 1 && IBERIAN_FAMILY.has(second)
      ? lastTwo
      : count - 1;
  // Neither list has the word: among Spaniards it is rather the first of two family names.
  const isLusophone =
    language === 'pt' || /[ãõçâêô]|[ln]h|^(?:luiz|joana|rui|paulo|tiago|thiago)$/u.test(lower.slice(0, from).join(' '));
  const isOfTwo = IBERIAN_FAMILY.has(second) || SPANISH_END.test(first) || SPANISH_END.test(second);
  return language === 'es' || (isOfTwo && !isLusophone && language === null) ? lastTwo : count - 1;
}
