// Words between names that stay small: Dutch, German, French, Italian, Spanish, Portuguese, Arabic, Hebrew, Norse.
const PARTICLES = new Set(
  (
    'van von vom zu zum zur der den dem de del della delle degli dei di da do dos das du des le la las los el al ' +
    'bin ibn bint ben ter ten te op het af av y e i und'
  ).split(' '),
);

// What follows a "Mac" that is a prefix; "Macy" and "Macron" have none.
const AFTER_MAC = new Set(
  (
    'alister allister arthur askill aulay bain beth bride callum cormack donald donell dougall duff fadyen ' +
    'farlane gregor innes intosh intyre kay kenna kenzie kinnon lachlan laren laughlin lean leod millan nab ' +
    'namara naughton neil neill nicol pherson quarrie rae tavish'
  ).split(' '),
);
const ROMAN = /^(?:ii|iii|iv|vi|vii|viii|ix)$/u;
const TURKISH = /[şŞğĞıİ]/u;

type Locale = 'tr' | null;

/** Whether a word may stand between a first and a last name, e.g. "van" or "de". */
export function isParticle(word: string): boolean {
  return PARTICLES.has(word.toLowerCase());
}

/**
 * Gives a name its usual capitals when it came in one case only; a name in mixed case was typed with care and stays.
 *
 * @param leads whether the name stands first, so that its first word is a name and no particle.
 */
export function caseName(name: string, leads: boolean): string {
  const locale = TURKISH.test(name) ? 'tr' : null;
  const lower = toLower(name, locale);
  if (name !== lower && name !== toUpper(name, locale)) return name;
  const words = lower.split(' ');
  return words
    .map((word, at) => {
      // "De" alone is a name; so is a last word, and the first word of a first name.
      const canBeParticle = at < words.length - 1 && !(leads && at === 0);
      return canBeParticle && PARTICLES.has(word) ? word : caseWord(word, locale);
    })
    .join(' ');
}

function caseWord(word: string, locale: Locale): string {
  if (ROMAN.test(word)) return word.toUpperCase();
  if (/^['’]t$/u.test(word)) return word;
  return word
    .split('-')
    .map((part, at) =>
      at === 0 && /^(?:al|el)$/u.test(part) && word.includes('-') ? capital(part, locale) : casePart(part, locale),
    )
    .join('-');
}

function casePart(part: string, locale: Locale): string {
  const [, letter = '', mark = '', rest = ''] = /^(\p{L})(['’])(\p{L}.*)$/u.exec(part) ?? [];
  if (rest !== '') return toUpper(letter, locale) + mark + capital(rest, locale);
  const mac =
    /^mc(?=\p{L}{2})/u.exec(part)?.[0] ?? (AFTER_MAC.has(part.slice(3)) && part.startsWith('mac') ? 'mac' : undefined);
  if (mac !== undefined) return capital(mac, locale) + capital(part.slice(mac.length), locale);
  // Initials: "j.r.r." → "J.R.R."
  return part.replace(/(^|\.)(\p{L})/gu, (_all, dot: string, first: string) => dot + toUpper(first, locale));
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
