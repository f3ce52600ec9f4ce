import type { JobFunction, Seniority } from './job-title-words.js';
import { readTitle } from './read-title.js';

/** How much a job has to say about a purchase. */
export type Persona = 'decisionMaker' | 'influencer' | 'practitioner';

/** The facts that a job title states about its holder; null where it states none. */
export interface JobFacts {
  readonly seniority: Seniority | null;
  readonly jobFunction: JobFunction | null;
  readonly persona: Persona | null;
}

const LONGEST_TITLE = 200;

/** Reads seniority, function and persona out of a job title in one of fourteen languages and more. */
export function readJobTitle(title: string): JobFacts {
  if (title.length > LONGEST_TITLE) return { seniority: null, jobFunction: null, persona: null };
  const { seniority, jobFunction } = readTitle(title);
  return { seniority, jobFunction, persona: personaOf(seniority) };
}

/** Decides, is asked, or works with it. A title that names a field alone, "Marketing", says none of it. */
export function personaOf(seniority: Seniority | null): Persona | null {
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
      return null;
  }
}
