// Rows of the accuracy table: seniority and function of job titles, labelled by hand.
// No peer: the npm registry has no package that reads the level or the field of a job title (looked for in November 2026).
import { askProvider } from '../scoring/ask-provider.mjs';

const LEVELS = ['intern', 'entry', 'senior', 'manager', 'director', 'vicePresident', 'cLevel', 'owner'];
/** A title that says nothing of rank may be anybody's; to call its holder a manager or more is as wrong as two levels. */
const LEVEL_OF_UNKNOWN = LEVELS.indexOf('entry');
const SCRIPTS_WITHOUT_SPACES = new Set(['zh', 'ja', 'ko']);
const REACH = { right: 90, wrong: 2 };

/** @returns a function of a row, giving `{ seniority, jobFunction }`; "unknown" is what the provider leaves out. */
export async function answers(dist) {
  const ask = await askProvider(dist, 'job-title');
  return async (row) => {
    const fields = await ask({ jobTitle: row.title });
    return { seniority: fields.jobSeniority ?? 'unknown', jobFunction: fields.jobFunction ?? 'unknown' };
  };
}

/** Levels between the answer and the nearest of the label's readings; 0 is right. */
function levelsOff(label, answer) {
  const found = answer === 'unknown' ? LEVEL_OF_UNKNOWN : LEVELS.indexOf(answer);
  return Math.min(
    ...label.split('/').map((level) => {
      const meant = level === 'unknown' ? LEVEL_OF_UNKNOWN : LEVELS.indexOf(level);
      return level === answer ? 0 : Math.max(1, Math.abs(meant - found));
    }),
  );
}

const languageOf = ({ language }) => language.split(',')[0];

export default {
  title: 'Job titles, seniority and function',
  corpus: 'job-titles.tsv',
  provider: 'job-title',
  reach: REACH,
  key: (row) => row.title,
  answers,

  /** Right is both; wrong is a level two or more away; silent is a missing value; the rest is near. */
  judge(row, { seniority, jobFunction }) {
    const isFunctionRight = row.function.split('/').includes(jobFunction);
    const off = levelsOff(row.seniority, seniority);
    if (off === 0 && isFunctionRight) return 'right';
    if (off > 1 && seniority !== 'unknown') return 'wrong';
    return (off > 0 && seniority === 'unknown') || (!isFunctionRight && jobFunction === 'unknown') ? 'silent' : 'near';
  },

  subsets: [
    { title: 'English', of: (row) => languageOf(row) === 'en', reach: REACH },
    { title: 'Chinese, Japanese, Korean', of: (row) => SCRIPTS_WITHOUT_SPACES.has(languageOf(row)), reach: REACH },
    {
      title: 'ten other languages',
      of: (row) => languageOf(row) !== 'en' && !SCRIPTS_WITHOUT_SPACES.has(languageOf(row)),
      reach: REACH,
    },
  ],
};
