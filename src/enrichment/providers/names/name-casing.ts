import type { NameLanguage } from './name-evidence.js';
import { caseParticle, isParticle } from './name-particles.js';

// After "mac" they have a capital; "Macy" and "Macron" have none.
const AFTER_MAC = new Set(
  (
    'alister allister alpine andrew arthur askill aulay bain beth bride callum cormack cormick culloch diarmid dermott donald ' +
    'donell dougal dougall dowell duff eachern ewan ewen fadyen farlane gill gillivray gowan gregor guire innes intosh intyre ' +
    'ivor kay kenna kenzie kinnon kintosh lachlan laine laren laughlin lean leish lennan leod manus master millan murray nab ' +
    'namara naughton nair neice neil neill nicol nish phail phee pherson quarrie queen rae ritchie sween taggart tavish ' +
    'vicar whirter william'
  ).split(' '),
);
// Before an apostrophe; with one letter ("O'Neill", "D'Angelo") all do, and "Ja'far" and "Sa'id" do not.
const BEFORE_APOSTROPHE = /^(?:dell|dall|nell|sull|coll|all|sant|quell|degl|de|(?:da|la)(?=['’]\p{L}*$))$/u;
const PREFIX = /^(\p{L}{1,5})(['’ʼ`´])(\p{L}.*)$/u;
// "O'tkir" and "G'ofur" begin with Uzbek letters, "O'Neill" with a prefix.
const UZBEK = /^g|^o['’ʼ`´](?:[bdgjklmnprstvxyzq](?![aeiouáéíóúhrlwyc])|zb)/u;
const IJ = /^ij(?=[zspfdkbvm]|ts|l[a-z]*(?:stra|sma)$)/u;
const TURKISH = /[şŞğĞıİ]/u;
// Letters and pairs of letters that no Turkish word has.
const FOREIGN_TO_TURKISH = /[qwx]|th|sh|ph|ck/iu;
const NO_CASE = /\p{Script=Georgian}/u;
const WITHIN_HYPHENS = new Set(
  'de la le du des el al ul ud ur us es ed van von den der y i e of the sur en'.split(' '),
);
// First halves of given names that are often typed with one capital: "Jean-luc".
const DOUBLED = new Set(
  'jean marie anne anna pierre hans karl paul claude eva klaus ann mary lisa françois heinz ernst franz'.split(' '),
);
const APOSTROPHE = /['’ʼ`´]/u;
// "Jean-Luc Müller", "Иван": typed with care in every word, with nothing in it that any language mends.
const CAREFUL = /^(?!Ij)[A-ZÀ-ÖØ-ÞЁА-Я][a-zà-öø-ÿёа-я]+(?:[ -](?!Ij)[A-ZÀ-ÖØ-ÞЁА-Я][a-zà-öø-ÿёа-я]+)*$/;
// Letters alone, so that only the first one can become a capital.
const LETTERS = /^[a-zß-öø-\u024F\u1E00-\u1EFFа-џ]+$/;

type Locale = 'tr' | null;

interface Habits {
  readonly locale: Locale;
  readonly language: NameLanguage | null;
}

/**
 * Gives a name its usual capitals where it came in one case only. Words in mixed case were typed with care and stay, but
 * for forms that are slips in every language ("Dell'acqua", "McDONALD").
 *
 * @param leads whether the name stands first, so that its first word is a name and no particle.
 * @param language settles what letters cannot tell: "De Luca" or "de Luca", "ı" or "i".
 */
export function caseName(name: string, leads: boolean, language: NameLanguage | null = null): string {
  if (CAREFUL.test(name)) return name;
  const habits = { language, locale: localeOf(name, language) };
  const lower = toLower(name, habits.locale);
  if (NO_CASE.test(name)) return lower;
  const isOneCase = name === lower || isUpper(name, habits.locale);
  if (isOneCase && lower === toUpper(lower, habits.locale)) return name;
  const typed = name.split(' ');
  const words = lower.split(' ');
  return words
    .map((word, at) => {
      const original = typed[at] ?? word;
      // "De" alone is a name; so is a last word, and the first word of a first name.
      const canBeParticle = at < words.length - 1 && !(leads && (at === 0 || word.length === 1));
      const isCaseless =
        isOneCase ||
        original === word ||
        isShouted(original, habits.locale) ||
        (canBeParticle && isLoudParticle(original, word));
      // A short word in small letters among others with capitals was typed so: "wa Thiong'o".
      if (!isOneCase && canBeParticle && original === word && word.length < 3) return original;
      if (!isCaseless) return repair(original, word, habits);
      const particle = canBeParticle ? caseParticle(words, at, language) : null;
      if (particle !== null) return isOneCase || original !== word ? particle : original;
      if (isOneCase && leads && isInitials(word)) return toUpper(word, habits.locale);
      return caseWord(word, at, words, habits);
    })
    .join(' ');
}

function localeOf(name: string, language: NameLanguage | null): Locale {
  if (TURKISH.test(name)) return 'tr';
  return language === 'tr' && !FOREIGN_TO_TURKISH.test(name) ? 'tr' : null;
}

/** "JD", "TJ" and "KC" are letters, "Md" and "Wm" short for a name. */
function isInitials(word: string): boolean {
  return (
    /^(?:[bcdfghjklmnpqrstvwxz]{2}|[aeo]j)$/u.test(word) && !/^(?:md|wm|st|ng|jr|sr|dr|mr|ms|ch|ph|th|fr)$/u.test(word)
  );
}

/** Capitals throughout; "ß" has had none for most of its life. */
function isUpper(text: string, locale: Locale): boolean {
  const bare = text.includes('ß') ? text.replace(/ß/gu, '') : text;
  return bare === toUpper(bare, locale);
}

/** A word in capitals among others: "Maria LÓPEZ". Two letters may be initials. */
function isShouted(word: string, locale: Locale): boolean {
  return word.length > 2 && /\p{Lu}{3}/u.test(word) && isUpper(word, locale);
}

/** "DE LA Cruz". */
function isLoudParticle(original: string, lower: string): boolean {
  return lower.length > 1 && original === original.toUpperCase() && isParticle(lower);
}

/** Mends what is a slip in any language, and keeps the rest: "Min-su", "DeShawn", "Mckenzie", "van". */
function repair(original: string, lower: string, habits: Habits): string {
  // "McDONALD", "jANE".
  if (/^(?:Mc|Mac|[OD]['’])\p{Lu}{3,}$/u.test(original) || /^\p{Ll}\p{Lu}{2,}$/u.test(original)) {
    return casePart(lower, habits);
  }
  const isNaive = original.slice(1) === lower.slice(1);
  if (original.includes('-')) {
    const [first = ''] = lower.split('-');
    const parts = original
      .split('-')
      .map((part) => (isShouted(part, habits.locale) ? casePart(toLower(part, habits.locale), habits) : part));
    return isNaive && DOUBLED.has(first) ? caseWord(lower, 0, [lower], habits) : parts.join('-');
  }
  if (!isNaive) return original;
  return APOSTROPHE.test(original) || IJ.test(lower) || (habits.language === 'nl' && lower.startsWith('ij'))
    ? casePart(lower, habits)
    : original;
}

function caseWord(word: string, at: number, words: readonly string[], habits: Habits): string {
  if (at === 0 && LETTERS.test(word)) return casePart(word, habits);
  if (/^['’]t$/u.test(word) || (at > 0 && /^(?:оглы|кызы|улы|уулу)$/u.test(word))) return word;
  const before = words[at - 1];
  // Irish: "Ó hEithir".
  if (/^(?:ó|uí)$/u.test(before ?? '') && /^h[aeiouáéíóú]/u.test(word))
    return `h${capital(word.slice(1), habits.locale)}`;
  // "Giscard d'Estaing", but "D'Angelo" where the family name begins.
  if (/^d['’]\p{L}/u.test(word) && (at > 0 || /^(?:fr|pt|es)$/u.test(habits.language ?? ''))) {
    return word.slice(0, 2) + capital(word.slice(2), habits.locale);
  }
  if (!word.includes('-')) return casePart(word, habits);
  const parts = word.split('-');
  return parts
    .map((part, index) => {
      const isWithin = index > 0 && index < parts.length - 1;
      return isWithin && WITHIN_HYPHENS.has(part) ? part : casePart(part, habits);
    })
    .join('-');
}

function casePart(part: string, habits: Habits): string {
  const { locale, language } = habits;
  const [, head = '', mark = '', rest = ''] = (APOSTROPHE.test(part) ? PREFIX.exec(part) : null) ?? [];
  if (rest !== '' && hasCapitalAfter(head, part, rest, language)) {
    return capital(head, locale) + mark + casePart(rest, habits);
  }
  const mac = part.startsWith('m') ? macOf(part) : null;
  if (mac !== null) return capital(mac, locale) + capital(part.slice(mac.length), locale);
  if (part.startsWith('ij') && (language === 'nl' || language === 'be' || IJ.test(part))) return `IJ${part.slice(2)}`;
  if (LETTERS.test(part)) return capital(part, locale);
  // Initials: "j.r.r." → "J.R.R."; other signs before the first letter stay.
  return part.replace(
    /(^[^\p{L}]*|\.)(\p{L})/gu,
    (_all, before: string, first: string) => before + toUpper(first, locale),
  );
}

/** The prefix that a capital follows: "mc" or "mac". */
function macOf(part: string): string | null {
  if (/^mc(?=\p{L}{2})/u.test(part)) return 'mc';
  return part.startsWith('mac') && AFTER_MAC.has(part.slice(3)) ? 'mac' : null;
}

function hasCapitalAfter(head: string, part: string, rest: string, language: NameLanguage | null): boolean {
  if (head.length === 1) return rest.length > 1 && language !== 'uz' && !UZBEK.test(part);
  if (/^(?:da|la)$/u.test(head)) return /^[^aeiouáéíóú]/u.test(rest);
  return BEFORE_APOSTROPHE.test(head);
}

function capital(word: string, locale: Locale): string {
  const [first = ''] = word;
  return toUpper(first, locale) + word.slice(first.length);
}

// The variants with a locale are ten times slower, and only Turkish needs them.
function toLower(text: string, locale: Locale): string {
  return locale === null ? text.toLowerCase() : text.toLocaleLowerCase(locale);
}

function toUpper(text: string, locale: Locale): string {
  return locale === null ? text.toUpperCase() : text.toLocaleUpperCase(locale);
}
