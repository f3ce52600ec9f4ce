import { areCertainSuffixes } from './name-titles.js';
import { PRONOUNS } from './name-words.js';

/** The text of a name's field, with the words that are no part of the name apart. No word is lost. */
export interface CleanName {
  /** The name, with titles and suffixes, without surplus punctuation; may be empty. */
  readonly text: string;
  /** "she/her". */
  readonly pronouns: readonly string[];
  /** The words in quotes or brackets, or behind a bar: a nickname, a company, a former name. */
  readonly remarks: readonly string[];
  /** Suffixes from brackets: "(PhD)". */
  readonly suffixes: readonly string[];
}

// Letters with single signs between them, as nearly all names are: Latin, Cyrillic, kana, Han and Hangul.
const LATIN = 'A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u1E00-\\u1EFF';
const OTHERS =
  '\\u0400-\\u0481\\u048A-\\u052F\\u3041-\\u3096\\u30A1-\\u30FA\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uAC00-\\uD7A3';
const PLAIN = new RegExp(`^[${LATIN}${OTHERS}]+(?:[ '’-][${LATIN}${OTHERS}]+)*$`);
// Every plain text that FORMER finds something in has one of these words.
const PERHAPS_FORMER = / (?:née?|nee|geborene|born|z domu) /i;
const WIDE = /[\uFF01-\uFF9F\u{1D400}-\u{1D7FF}]+/gu;
const DECORATION =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}\uFE0E\uFE0F\u20E3★☆✓♥♡†]+\u200D?/gu;
const APOSTROPHE_ENTITY = /&(?:#0*39|#x27|apos|rsquo|#8217);/giu;
const SLASHED_PRONOUNS = /(?<=^|[\s,|–—-])\p{L}{2,7}(?:\s?\/\s?\p{L}{2,8}){1,3}(?=$|[\s,|])/giu;
const BRACKETED = /[([（【「]([^()[\]（）【】「」]*)[)\]）】」]/gu;
const QUOTED = /(?<=^|\s)(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|'([^']{2,})'|‘([^’]{2,})’)(?=$|[\s,])/gu;
const FORMER = /(?<=\p{L}[,]?\s)(?:née|nee|né|geb\.|geborene|born|roz\.|z domu)\s+\p{L}.*$/iu;
const BAR = /\s*[|•]\s*|\s+[–—-]\s+/u;

/** Tells a name from what people write around it: pronouns, nicknames, emoji, companies behind a bar. */
export function cleanName(typed: string): CleanName {
  if (isPlain(typed)) return { text: typed, pronouns: [], remarks: [], suffixes: [] };
  const remarks: string[] = [];
  const suffixes: string[] = [];
  const pronouns: string[] = [];
  let text = typed
    .replace(WIDE, (wide) => wide.normalize('NFKC'))
    .replace(APOSTROPHE_ENTITY, "'")
    .replace(DECORATION, ' ');
  text = takeOut(text, BRACKETED, (inner) => sort(inner));
  text = takeOut(text, QUOTED, (inner) => sort(inner));
  text = text.replace(SLASHED_PRONOUNS, (found) => {
    if (!isPronouns(found)) return found;
    pronouns.push(found);
    return ' ';
  });
  text = text.replace(FORMER, (found) => {
    remarks.push(found);
    return '';
  });
  const [name, ...others] = cutAtBar(tidy(text));
  remarks.push(...others);
  return { text: tidy(spaceAbbreviations(name)), pronouns, remarks, suffixes };

  function sort(inner: string): void {
    if (isPronouns(inner)) pronouns.push(inner);
    else if (areCertainSuffixes(inner.split(/[\s,]+/u))) suffixes.push(inner);
    else remarks.push(inner);
  }
}

/** Whether a text has nothing but words of letters, so that there is nothing to clean. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text) && (!text.includes(' ') || !PERHAPS_FORMER.test(text));
}

/** Takes what the pattern finds out of a text, unless nothing else would be left: `"Jane Doe"` is a name in quotes. */
function takeOut(text: string, pattern: RegExp, keep: (inner: string) => void): string {
  const found: string[] = [];
  const rest = text.replace(pattern, (...groups: unknown[]) => {
    const inner = groups.slice(1, -2).find((group) => typeof group === 'string');
    found.push(typeof inner === 'string' ? tidy(inner) : '');
    return ' ';
  });
  if (found.length === 0) return text.replace(/[()（）]/gu, ' ');
  if (!/\p{L}/u.test(rest) && !found.every(isPronouns)) return found.join(' ');
  found.filter((inner) => inner !== '').forEach(keep);
  return rest.replace(/[()（）]/gu, ' ');
}

function isPronouns(text: string): boolean {
  const words = text
    .toLowerCase()
    .split(/[\s/,|·]+/u)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => PRONOUNS.has(word));
}

/** "John Smith | Acme" and "John Smith - Sales Manager"; "Mary Smith - Jones" is one family name. */
function cutAtBar(text: string): [string, ...string[]] {
  const [head = '', ...tail] = text.split(BAR);
  const rest = tail.filter((part) => /\p{L}/u.test(part));
  if (rest.length === 0) return [head];
  const isOneName = /\s-\s/u.test(text) && (!/\s/u.test(head) || rest.every((part) => !/\s/u.test(part)));
  if (isOneName && !/[|•–—]/u.test(text)) return [text.replace(/\s+-\s+/gu, '-')];
  return [head, ...rest.map((part) => part.trim())];
}

/** "Dr.Jane", "J.Smith" and "นายสมชาย" lack a space; "J.R.R." and "Ph.D." do not. */
function spaceAbbreviations(text: string): string {
  return text
    .replace(/^(นางสาว|นาย|นาง)(?=\p{L}[\p{L}\p{M}]+\s)/u, '$1 ')
    .replace(/(?<=^|\s)((?:dr|prof|mr|mrs|ms|ing|dipl|mag|herr|frau|sr|sra|st)\.)(?=\p{L})(?![ªº])/giu, '$1 ')
    .replace(
      /(?<=^|[\s.])(\p{L}\.)(?!(?:Kom|Ked|Psi|Sos|Farm|Hum|Kep|Stat|Ars|Ikom|Ter)\b)(?=\p{L}[\p{Ll}'’]{2,}|\p{Lu}{3,})/gu,
      '$1 ',
    );
}

/** Single spaces, and no punctuation at the ends but what belongs to a word. */
function tidy(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/\s+(?=[,;])/gu, '')
    .replace(/^[\s,;:._/\\!?–—-]+|[\s,;:_/\\!?–—-]+$/gu, '')
    .replace(/(?<=\p{L}{4})\.$/u, '')
    .trim();
}
