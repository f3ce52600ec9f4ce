import type { Seniority } from './job-title-words.js';
import { cjkLexicon } from './lexicons.js';
import type { Entry } from './title-lexicon.js';
import { combine, type TitleReading } from './title-choice.js';
import { compareLevels, type FieldOfWork, type PartReading } from './title-part.js';
import { cjkParts } from './title-text.js';

const NOTHING: TitleReading = { seniority: null, jobFunction: null };
/** 前总经理, 元社長, 전 대표이사 were that once; 前台 and 前端 are something else. */
const FORMER = /^(?:前(?![台端线沿])|元(?!\p{Script=Katakana})|전 (?=\p{Script=Hangul}))/u;

/**
 * Reads a title in Chinese, Japanese or Korean: words stand without spaces and the head comes last, so the longest word
 * of the lexicon is taken at each place.
 */
export function readCjkTitle(title: string): TitleReading {
  const parts: PartReading[] = [];
  for (const part of cjkParts(title)) {
    if (FORMER.test(part)) continue;
    const entries = entriesOf(part);
    if (entries.some((entry) => entry.role === 'gone')) return NOTHING;
    parts.push(readPart(entries));
  }
  return combine(parts);
}

function entriesOf(part: string): readonly Entry[] {
  const lexicon = cjkLexicon();
  const entries: Entry[] = [];
  for (let at = 0; at < part.length;) {
    const found = lexicon.longestAt(part, at);
    if (found !== null) entries.push(found.entry);
    at += found?.length ?? 1;
  }
  return entries;
}

function readPart(entries: readonly Entry[]): PartReading {
  const heads = entries.filter(({ role, level }) => role === 'assist' || (role === 'head' && level !== null));
  const last = heads.at(-1);
  const isAssistant = last?.role === 'assist';
  const isLearner = learns(heads);
  const fields: FieldOfWork[] = entries
    .filter(({ role, jobFunction }) => jobFunction !== null && (role === 'word' || role === 'head' || role === 'maybe'))
    .map(({ role, jobFunction, strength }) => ({
      jobFunction: jobFunction ?? 'executive',
      strength,
      phrase: 0,
      isLastBest: true,
      isOfHead: role === 'head',
    }));
  return {
    level: isAssistant ? 'entry' : levelOf(heads, entries, isLearner),
    isLearner,
    isPartner: false,
    hasHead: heads.length > 0,
    isAssistant,
    fields: isAssistant ? fields.filter((field) => field.jobFunction !== 'executive') : fields,
  };
}

/** "实习工程师" learns; "实习生主管" leads those who do. */
function learns(heads: readonly Entry[]): boolean {
  const learner = heads.findIndex((head) => head.level === 'intern');
  return learner >= 0 && heads.slice(learner).every((head) => compareLevels(head.level, 'manager') < 0);
}

function levelOf(heads: readonly Entry[], entries: readonly Entry[], isLearner: boolean): Seniority | null {
  if (isLearner) return 'intern';
  const top = heads.reduce<Entry | null>(
    (best, head) => (compareLevels(head.level, best?.level ?? null) > 0 ? head : best),
    null,
  );
  if (top === null) {
    if (entries.some((entry) => entry.role === 'student')) return 'intern';
    return entries.find((entry) => entry.role === 'maybe')?.level ?? null;
  }
  const isDeputy = top.level === 'cLevel' && !top.board && entries.some((entry) => entry.role === 'deputy');
  return isDeputy ? 'vicePresident' : top.level;
}
