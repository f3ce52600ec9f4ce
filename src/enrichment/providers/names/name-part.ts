import { cleanName, isPlain } from './name-cleaning.js';
import type { NameLanguage } from './name-evidence.js';
import { areSuffixes, stripTitles, type BareName, type Box } from './name-titles.js';

/** The content of one box: the words of a name, and the texts around them. */
export interface NamePart {
  readonly words: readonly string[];
  /** Words before a comma, which are a family name: "Smith, John". */
  readonly lastWords: readonly string[] | null;
  readonly titles: readonly string[];
  readonly suffixes: readonly string[];
  readonly pronouns: readonly string[];
  readonly remarks: readonly string[];
  /** After a name in Han, kana or Hangul: "様". It is among the suffixes too. */
  readonly honorific: string | null;
  /** Two people under one name. */
  readonly couple: boolean;
  /** The title goes with a given name, as "Sir" does. */
  readonly ofGivenName: boolean;
}

const HONORIFIC =
  /(?<=\S)\s?(先生|小姐|女士|太太|教授|博士|老师|老師|经理|經理|さん|さま|様|殿|氏|ちゃん|くん|(?<=\s)君|선생님|교수님|대표님|님|(?<=[\s\S])씨)$/u;
// Without any of them no honorific can follow.
const EAST_ASIAN = /[\u3041-\u9FFF\uAC00-\uD7A3]/;
const JOB =
  /(?:^|\s)(?:c[efotmi]o|[se]?vp|director|manager|(?:co-?)?founder|engineer|consultant|owner|president|developer|analyst|geschäftsführer(?:in)?|leiter(?:in)?|inhaber(?:in)?|directeur|directrice|gérante?|gerente|directora|retired|student)(?:$|\s)/iu;
const TWO_PEOPLE = /\s(?:&|and|und|et)\s/iu;
const NONE: readonly string[] = [];

/** Reads one box: "Smith, Dr. John (he/him), PhD" has two names, a title, pronouns and a suffix. */
export function readPart(text: string, box: Box, language: NameLanguage | null): NamePart {
  if (isPlain(text) && !(EAST_ASIAN.test(text) && HONORIFIC.test(text)))
    return partOf(stripTitles(text.split(' '), language, box), null);
  const clean = cleanName(text);
  const honorific = HONORIFIC.exec(clean.text)?.[1] ?? null;
  const name = honorific === null ? clean.text : clean.text.slice(0, -honorific.length).trim();
  const { names, suffixes, remarks } = sortSegments(name.split(/\s*[,;、，]\s*/u).filter((segment) => segment !== ''));
  const part = readSegments(names, box, language);
  return {
    ...part,
    suffixes: [...part.suffixes, ...suffixes, ...clean.suffixes, ...(honorific === null ? [] : [honorific])],
    pronouns: clean.pronouns,
    remarks: [...clean.remarks, ...remarks],
    honorific,
  };
}

interface Segments {
  /** One or two. */
  readonly names: readonly string[];
  readonly suffixes: readonly string[];
  readonly remarks: readonly string[];
}

/** Tells what stands between commas: from the end, suffixes and jobs, then at most a family name and a given name. */
function sortSegments(segments: readonly string[]): Segments {
  const names = [...segments];
  const suffixes: string[] = [];
  const remarks: string[] = [];
  while (names.length > 1) {
    const end = names.at(-1) ?? '';
    if (areSuffixes(end.split(' '))) suffixes.unshift(end);
    else if (JOB.test(end) || names.length > 2) remarks.unshift(end);
    else break;
    names.pop();
  }
  return { names, suffixes, remarks };
}

function readSegments([head = '', tail]: readonly string[], box: Box, language: NameLanguage | null): NamePart {
  // In the first name's own box a comma tells nothing.
  if (tail === undefined || box === 'first') {
    return partOf(stripTitles(wordsOf(tail === undefined ? head : `${head} ${tail}`), language, box), null);
  }
  const before = stripTitles(wordsOf(head), language, 'last');
  const after = stripTitles(wordsOf(tail), language, 'first');
  const both = { ...after, title: join(before.title, after.title), suffix: join(before.suffix, after.suffix) };
  if (after.name.length > 0) return partOf(both, before.name);
  // "Müller, Frau": after the comma stands a title alone.
  return before.name.length === 1 ? partOf(both, before.name) : partOf({ ...both, name: before.name }, null);
}

function partOf(bare: BareName, lastWords: readonly string[] | null): NamePart {
  return {
    words: bare.name,
    lastWords,
    titles: bare.title === null ? NONE : [bare.title],
    suffixes: bare.suffix === null ? NONE : [bare.suffix],
    pronouns: NONE,
    remarks: NONE,
    honorific: null,
    couple: bare.couple || (bare.name.length > 2 && TWO_PEOPLE.test(bare.name.join(' '))),
    ofGivenName: bare.ofGivenName,
  };
}

function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function join(one: string | null, two: string | null): string | null {
  return one === null || two === null ? (one ?? two) : `${one} ${two}`;
}
