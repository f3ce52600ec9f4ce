import { foldText } from './field-values.js';
import { FUNCTION_WORDS, SENIORITY_WORDS, type JobFunction, type Seniority } from './job-title-words.js';

/** How much a job has to say about a purchase. */
export type Persona = 'decisionMaker' | 'influencer' | 'practitioner';

/** What a job title says about its holder; null where it says nothing. */
export interface JobFacts {
  readonly seniority: Seniority | null;
  readonly jobFunction: JobFunction | null;
  readonly persona: Persona | null;
}

const LONGEST_TITLE = 200;
const DOTTED = /(?<!\p{L})(?:\p{L}\.){2,}/gu;
/** Folded titles of those who work for somebody else named in the title. */
const ASSISTANTS = [
  /\b(?:assistant to|assistant of|to|of) (?:the )?(?:ceo|cfo|cto|cio|cmo|coo|chief|president\w*)\b/u,
  /\b(?:assistent\w*|assistenz|asistente|assistante?) (?:der|des|de la|de|du|of|to) /u,
];
/** A vice president is senior to the word "president" in the title, so that word may not count alone. */
const ORDER: readonly Seniority[] = [
  'intern',
  'vicePresident',
  'owner',
  'cLevel',
  'director',
  'manager',
  'senior',
  'entry',
];
const FUNCTION_ORDER = Object.keys(FUNCTION_WORDS) as JobFunction[];

const SENIORITY_TESTS = ORDER.map((seniority) => [seniority, wordTest(SENIORITY_WORDS[seniority])] as const);
const FUNCTION_TESTS = FUNCTION_ORDER.map((name) => [name, wordTest(FUNCTION_WORDS[name])] as const);

/** Reads seniority, function and persona out of a job title in one of a dozen languages. */
export function readJobTitle(title: string): JobFacts {
  if (title.length > LONGEST_TITLE) return { seniority: null, jobFunction: null, persona: null };
  const folded = foldText(title.replace(DOTTED, (letters) => letters.replace(/\./gu, '')));
  const assists = ASSISTANTS.some((words) => words.test(folded)) && !/\bvi[cz]e/u.test(folded);
  const seniority = assists ? 'entry' : seniorityOf(folded);
  const jobFunction = assists ? null : (FUNCTION_TESTS.find(([, test]) => test.test(folded))?.[0] ?? null);
  return { seniority, jobFunction, persona: personaOf(seniority, jobFunction) };
}

/** Who decides, who is asked, who works with it. */
export function personaOf(seniority: Seniority | null, jobFunction: JobFunction | null): Persona | null {
  switch (seniority) {
    case 'owner':
    case 'cLevel':
    case 'vicePresident':
      return 'decisionMaker';
    case 'director':
    case 'manager':
      return 'influencer';
    case 'senior':
    case 'entry':
    case 'intern':
      return 'practitioner';
    case null:
      return jobFunction === null ? null : 'practitioner';
  }
}

function seniorityOf(folded: string): Seniority | null {
  const found = SENIORITY_TESTS.find(([, test]) => test.test(folded))?.[0] ?? null;
  // An account or product manager manages accounts, not people.
  if (
    found === 'manager' &&
    /\b(?:account|product|project|community|office|case|key account) manager\b/u.test(folded)
  ) {
    return /\bsenior|\bsr\b|\blead\b/u.test(folded) ? 'manager' : 'senior';
  }
  return found;
}

/** One regular expression out of words separated by `|`, with `*` for an open end. */
function wordTest(words: string): RegExp {
  const alternatives = words.split('|').map((word) => {
    const start = word.startsWith('*') ? '' : '(?<![\\p{L}\\p{N}])';
    const end = word.endsWith('*') ? '' : '(?![\\p{L}\\p{N}])';
    return start + foldText(word) + end;
  });
  return new RegExp(alternatives.join('|'), 'u');
}
