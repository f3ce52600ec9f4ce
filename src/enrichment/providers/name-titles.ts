const TITLES =
  'mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr father hon herr frau hr fr med m mme mlle ' +
  'monsieur madame mademoiselle sr sra srta señor señora señorita don doña dn sig signor signora dott dottssa ing ' +
  'dipl-ing mag dhr mevr mw heer pan pani г-н г-жа господин госпожа доктор профессор السيد السيدة د الدكتور الدكتورة';
const SUFFIXES = 'jr sr ii iii iv esq phd md mba msc bsc ba ma cpa pmp dds jd llm cfa';

const TITLE_WORDS = new Set(TITLES.split(' '));
const SUFFIX_WORDS = new Set(SUFFIXES.split(' '));
/** Also first names, initials or words of other languages: a title only with a dot, or before two more words. */
const AMBIGUOUS = new Set('fr m don ing pan pani mag sig med hr'.split(' '));
const CJK_TITLE = /(?:先生|小姐|女士|教授|博士|さん|さま|様|님|씨)$/u;

/** A name without what stands before and after it. */
export interface BareName {
  readonly name: string;
  /** As it came, e.g. "Dr. med.". */
  readonly title: string | null;
  readonly suffix: string | null;
}

/** Takes titles ("Prof. Dr.", "Frau", "г-н") and suffixes ("Jr.", "PhD", "様") off a name; never all of it. */
export function stripTitles(text: string): BareName {
  const cjk = CJK_TITLE.exec(text)?.[0];
  if (cjk !== undefined && text.length > cjk.length) {
    return { name: text.slice(0, -cjk.length).trim(), title: null, suffix: cjk };
  }
  const words = text.split(' ');
  let start = 0;
  while (start < words.length - 1 && isTitle(words[start] ?? '', words.length - start)) start += 1;
  let end = words.length;
  while (end - start > 1 && isSuffix(words[end - 1] ?? '', end - start)) end -= 1;
  return {
    name: words.slice(start, end).join(' ').replace(/,$/u, ''),
    title: start === 0 ? null : words.slice(0, start).join(' '),
    suffix: end === words.length ? null : words.slice(end).join(' '),
  };
}

function isTitle(word: string, left: number): boolean {
  const bare = word.toLowerCase().replace(/\./gu, '');
  if (!TITLE_WORDS.has(bare)) return false;
  return word.endsWith('.') || !AMBIGUOUS.has(bare) || left > 2;
}

function isSuffix(word: string, left: number): boolean {
  const bare = word.toLowerCase().replace(/[.,]/gu, '');
  // "Ma" and "Ba" are family names: a degree needs its dots or capitals, and two names before it.
  if (bare.length === 2 && bare !== 'jr' && bare !== 'sr' && bare !== 'ii' && bare !== 'iv') {
    return left > 2 && SUFFIX_WORDS.has(bare) && (word.includes('.') || word === word.toUpperCase());
  }
  return SUFFIX_WORDS.has(bare);
}
