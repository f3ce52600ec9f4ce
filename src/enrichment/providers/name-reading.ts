import { cleanName } from './name-cleaning.js';
import type { NameLanguage } from './name-evidence.js';
import type { NameParts } from './name-east-asian.js';
import { splitFullName } from './name-splitting.js';
import { areSuffixes, stripTitles, type Box } from './name-titles.js';

/** All that was typed as a person's name, in its parts. No part is lost: the letters of the input are in one of them. */
export interface ReadName extends NameParts {
  readonly title: string | null;
  readonly suffix: string | null;
  readonly pronouns: string | null;
  /** Nickname, former name, company: whatever stood in brackets, in quotes or behind a bar. */
  readonly remark: string | null;
  /** Two people under one name. */
  readonly couple: boolean;
  /** Name in one piece whose parts nothing tells; else null. */
  readonly undivided: string | null;
}

/** The three boxes a name may be typed into, as they came; null when empty. */
export interface NameBoxes {
  readonly first: string | null;
  readonly last: string | null;
  readonly full: string | null;
}

const HONORIFIC =
  /(?<=\S)\s?(先生|小姐|女士|太太|教授|博士|老师|老師|经理|經理|さん|さま|様|殿|氏|ちゃん|くん|(?<=\s)君|선생님|교수님|대표님|님|(?<=[\s\S])씨)$/u;
const JOB =
  /(?:^|\s)(?:c[efotmi]o|[se]?vp|director|manager|(?:co-?)?founder|engineer|consultant|owner|president|developer|analyst|geschäftsführer(?:in)?|leiter(?:in)?|inhaber(?:in)?|directeur|directrice|gérante?|gerente|directora|retired|student)(?:$|\s)/iu;
const TWO_PEOPLE = /\s(?:&|and|und|et)\s/iu;

interface Part {
  readonly words: readonly string[];
  readonly titles: readonly string[];
  readonly suffixes: readonly string[];
  readonly pronouns: string | null;
  readonly remarks: readonly string[];
  readonly honorific: string | null;
  readonly couple: boolean;
  readonly ofGivenName: boolean;
  /** Before a comma: "Smith, John". */
  readonly lastWords: readonly string[] | null;
}

/** Reads a name out of its boxes. A part moves from one box to another only where the other box proves that it must. */
export function readNameBoxes(boxes: NameBoxes, language: NameLanguage | null): ReadName {
  const { first, last, full } = boxes;
  if (first !== null && last !== null)
    return fromTwo(readPart(first, 'first', language), readPart(last, 'last', language), language);
  // "Jane Doe" in the first name's box with nothing else is a full name.
  const whole = full ?? (last === null ? first : null);
  if (whole === null) {
    const part = readPart(last ?? '', 'last', language);
    return {
      ...aside(part),
      ...joined(part, { first: part.lastWords === null ? null : part.words, last: part.lastWords ?? part.words }),
    };
  }
  const part = readPart(whole, 'full', language);
  if (full !== null && (first ?? last) !== null) return fromFullAndOne(part, first, last, language);
  return { ...aside(part), ...divide(part, language) };
}

function readPart(text: string, box: Box, language: NameLanguage | null): Part {
  const clean = cleanName(text);
  const honorific = HONORIFIC.exec(clean.text)?.[1] ?? null;
  const named = honorific === null ? clean.text : clean.text.slice(0, -honorific.length).trim();
  const segments = named.split(/\s*[,;、，]\s*/u).filter((segment) => segment !== '');
  const suffixes: string[] = [...clean.suffixes, ...(honorific === null ? [] : [honorific])];
  const remarks = [...clean.remarks];
  while (segments.length > 1) {
    const end = segments.at(-1) ?? '';
    if (areSuffixes(end.split(' '))) suffixes.unshift(end);
    else if (JOB.test(end) || segments.length > 2) remarks.unshift(end);
    else break;
    segments.pop();
  }
  const [head = '', tail] = segments;
  const main = stripTitles((tail ?? head).split(' ').filter(Boolean), language, tail === undefined ? box : 'first');
  if (tail === undefined || box !== 'full') {
    const all = tail === undefined ? main : stripTitles(`${head} ${tail}`.split(' '), language, box);
    if (tail === undefined || box === 'first') return part(all, null);
  }
  const before = stripTitles(head.split(' '), language, 'last');
  // "Müller, Dr.": after the comma stands a title alone.
  if (main.name.length === 0)
    return part(
      { ...before, title: join(before.title, main.title) },
      before.name.length === 1 ? [...before.name] : null,
      true,
    );
  return part(
    { ...main, title: join(before.title, main.title), suffix: join(before.suffix, main.suffix) },
    before.name,
  );

  function part(bare: ReturnType<typeof stripTitles>, lastWords: readonly string[] | null, onlyLast = false): Part {
    return {
      words: onlyLast && lastWords !== null ? [] : bare.name,
      titles: bare.title === null ? [] : [bare.title],
      suffixes: bare.suffix === null ? suffixes : [bare.suffix, ...suffixes],
      pronouns: clean.pronouns,
      remarks,
      honorific,
      couple: bare.couple || TWO_PEOPLE.test(bare.name.join(' ')),
      ofGivenName: bare.ofGivenName,
      lastWords,
    };
  }
}

function join(one: string | null, two: string | null): string | null {
  return one === null || two === null ? (one ?? two) : `${one} ${two}`;
}

type Aside = Omit<ReadName, 'first' | 'last' | 'undivided'>;
type Divided = Pick<ReadName, 'first' | 'last' | 'undivided'>;

/** What is no name in some parts. */
function aside(...parts: readonly Part[]): Aside {
  const text = (all: readonly string[], separator: string): string | null =>
    all.length === 0 ? null : all.join(separator);
  return {
    title: text(
      parts.flatMap((part) => part.titles),
      ' ',
    ),
    suffix: text(
      parts.flatMap((part) => part.suffixes),
      ' ',
    ),
    remark: text(
      parts.flatMap((part) => part.remarks),
      '; ',
    ),
    pronouns: parts.find((part) => part.pronouns !== null)?.pronouns ?? null,
    couple: parts.some((part) => part.couple),
  };
}

function joined(
  _part: Part,
  { first, last }: { first: readonly string[] | null; last: readonly string[] | null },
): Divided {
  const text = (words: readonly string[] | null): string | null =>
    words === null || words.length === 0 ? null : words.join(' ');
  return { first: text(first), last: text(last), undivided: null };
}

function divide(part: Part, language: NameLanguage | null): Divided {
  const { words, lastWords, titles, ofGivenName, honorific, couple } = part;
  if (lastWords !== null) return joined(part, { first: words, last: lastWords });
  // "Mr Smith" is a family name, "Sir Elton" a given one.
  if (words.length === 1 && honorific === null && titles.length > 0 && !ofGivenName)
    return joined(part, { first: null, last: words });
  if (couple && words.length === 1) return joined(part, { first: null, last: words });
  const parts = splitFullName(words, language, honorific);
  const isUndivided = parts.first === null && parts.last === null && words.length > 0;
  return { ...parts, undivided: isUndivided ? words.join(' ') : null };
}

function fromTwo(first: Part, last: Part, language: NameLanguage | null): ReadName {
  const all = aside(first, last);
  const lastWords = last.lastWords === null ? last.words : [...last.lastWords, ...last.words];
  // "John Smith" and "Jr.": the second box has a suffix alone.
  if (
    areSuffixes(lastWords) &&
    lastWords.every((word) => /^[js]r\.?$|^i{2,3}$|^ph\.?d\.?$/iu.test(word)) &&
    first.words.length > 1
  ) {
    const { suffix } = all;
    return { ...all, suffix: join(suffix, lastWords.join(' ')), ...divide(first, language) };
  }
  const firstWords = first.lastWords === null ? first.words : [...first.words, ...first.lastWords];
  const same = firstWords.map(key);
  const family = lastWords.map(key);
  if (same.join(' ') === family.join(' ') && same.length > 1) return { ...all, ...divide(first, language) };
  // "Jane Doe" and "Doe"; "John" and "John Smith".
  if (same.length > family.length && family.length > 0 && endsWith(same, family)) {
    return { ...all, ...joined(first, { first: firstWords.slice(0, -family.length), last: lastWords }) };
  }
  if (family.length > same.length && same.length > 0 && startsWith(family, same)) {
    return { ...all, ...joined(first, { first: firstWords, last: lastWords.slice(same.length) }) };
  }
  return { ...all, ...joined(first, { first: firstWords, last: lastWords }) };
}

/** One box and the full name: what the box has is taken off the full name. */
function fromFullAndOne(
  full: Part,
  first: string | null,
  last: string | null,
  language: NameLanguage | null,
): ReadName {
  const one = readPart(first ?? last ?? '', first === null ? 'last' : 'first', language);
  const oneWords = one.lastWords === null ? one.words : [...one.lastWords, ...one.words];
  const words = full.lastWords === null ? full.words : [...full.words, ...full.lastWords];
  const keys = words.map(key);
  const taken = oneWords.map(key);
  const all = {
    ...aside(one, full),
    title: aside(full).title ?? aside(one).title,
    suffix: aside(full).suffix ?? aside(one).suffix,
  };
  let rest: readonly string[] | null = null;
  if (taken.length > 0 && taken.length < keys.length) {
    if (startsWith(keys, taken)) rest = words.slice(taken.length);
    else if (endsWith(keys, taken)) rest = words.slice(0, -taken.length);
  }
  if (rest === null) {
    const parts = divide(full, language);
    const box = oneWords.length === 0 ? null : oneWords.join(' ');
    return {
      ...all,
      first: (first === null ? null : box) ?? parts.first,
      last: (first === null ? box : null) ?? parts.last,
      undivided: null,
    };
  }
  return {
    ...all,
    ...joined(full, first === null ? { first: rest, last: oneWords } : { first: oneWords, last: rest }),
  };
}

function key(word: string): string {
  return word.toLowerCase();
}

function startsWith(all: readonly string[], head: readonly string[]): boolean {
  return head.every((word, at) => all[at] === word);
}

function endsWith(all: readonly string[], tail: readonly string[]): boolean {
  return tail.every((word, at) => all[all.length - tail.length + at] === word);
}
