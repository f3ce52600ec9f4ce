import { readCjkTitle } from './cjk-title.js';
import { officeLexicon, titleLexicon } from './lexicons.js';
import { combine, type TitleReading } from './title-choice.js';
import type { Entry, TitleLexicon } from './title-lexicon.js';
import { PartReader, type PartReading } from './title-part.js';
import { titleParts } from './title-text.js';

const NOTHING: TitleReading = { seniority: null, jobFunction: null };
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** "Chief People and Culture Officer" is one title, though "and" and commas part others. */
const LONGEST_OFFICE = 8;

/**
 * Reads a title: compounds first, then the heads that are left, then what stands beside them. Costs some microseconds
 * and keeps nothing.
 */
export function readTitle(title: string): TitleReading {
  if (CJK.test(title)) return readCjkTitle(title);
  const parts = wholeOffices(titleParts(title));
  const lexicon = titleLexicon();
  const wholes = parts.map((words) => lexicon.whole(words));
  const reading = readParts(parts.map((words, at) => asList(wholes[at]) ?? entriesOf(words, lexicon)));
  // "Executive Director" heads a charity; "Executive Director, Marketing" is one of several.
  const isOneOfSeveral = wholes.some((whole) => whole?.level === 'cLevel') && reading.jobFunction !== 'executive';
  return isOneOfSeveral ? readParts(parts.map((words) => entriesOf(words, lexicon))) : reading;
}

function readParts(parts: readonly (readonly Entry[])[]): TitleReading {
  const readings: PartReading[] = [];
  for (const entries of parts) {
    if (entries.some((entry) => entry.role === 'gone')) return NOTHING;
    const reading = new PartReader(entries).read();
    if (reading !== null) readings.push(reading);
  }
  return combine(readings);
}

function asList(entry: Entry | null | undefined): readonly Entry[] | null {
  return entry === null || entry === undefined ? null : [entry];
}

/** Joins the parts that a comma or a stroke between "chief" and "officer" made. */
function wholeOffices(parts: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const joined: (readonly string[])[] = [];
  for (const words of parts) {
    const before = joined.at(-1);
    const isOpen = before?.includes('chief') && !before.includes('officer');
    if (before !== undefined && isOpen && words.includes('officer') && !words.includes('chief')) {
      joined[joined.length - 1] = [...before, '&', ...words];
    } else joined.push(words);
  }
  return joined;
}

function entriesOf(words: readonly string[], lexicon: TitleLexicon): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < words.length;) {
    const found = lexicon.phraseAt(words, at);
    const office = words[at] === 'chief' ? words.slice(at, at + LONGEST_OFFICE).indexOf('officer') : -1;
    if (office > 0 && found?.length === 1) {
      entries.push(chiefOfficer(words.slice(at + 1, at + office)));
      at += office + 1;
      continue;
    }
    if (found === null) entries.push(...lexicon.compound(words[at] ?? ''));
    else entries.push(found.entry);
    at += found?.length ?? 1;
  }
  return entries;
}

/** A chief officer of the first field that the words between name. */
function chiefOfficer(words: readonly string[]): Entry {
  for (const lexicon of [officeLexicon(), titleLexicon()]) {
    for (let at = 0; at < words.length; at++) {
      const jobFunction = lexicon.phraseAt(words, at)?.entry.jobFunction ?? null;
      if (jobFunction !== null) return { role: 'head', level: 'cLevel', jobFunction, strength: 4, board: false };
    }
  }
  return { role: 'head', level: 'cLevel', jobFunction: null, strength: 0, board: false };
}
