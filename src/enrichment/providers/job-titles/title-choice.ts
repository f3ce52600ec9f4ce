import type { JobFunction, Seniority } from './job-title-words.js';
import { compareLevels, type FieldOfWork, type PartReading } from './title-part.js';

/** Level and function of a title; null where it does not say. */
export interface TitleReading {
  readonly seniority: Seniority | null;
  readonly jobFunction: JobFunction | null;
}

/** Puts the parts of a title together: of two titles in one field the higher one counts. */
export function combine(parts: readonly PartReading[]): TitleReading {
  const top = topOf(parts);
  if (top === null) return { seniority: null, jobFunction: null };
  const learns = parts.some((part) => part.isLearner) && compareLevels(top.level, 'senior') <= 0;
  return { seniority: learns ? 'intern' : top.level, jobFunction: functionOf(top, parts) };
}

function topOf(parts: readonly PartReading[]): PartReading | null {
  const [first = null] = parts;
  // "Executive Assistant, Office of the CEO" and "Assistant - CEO" name one who works for the second.
  if (first?.isAssistant) return first;
  return parts.reduce((best, part) => (compareLevels(part.level, best?.level ?? null) > 0 ? part : best), first);
}

function functionOf(top: PartReading, parts: readonly PartReading[]): JobFunction | null {
  const isOwner = top.level === 'owner' && !top.isPartner;
  const own = bestField(isOwner ? top.fields.filter((field) => field.isOfHead) : top.fields);
  if (own !== null && (own.jobFunction !== 'executive' || own.strength > 1)) return own.jobFunction;
  for (const part of parts) {
    // "Owner, Bella's Bakery": behind an owner, words without a head are the name of the business.
    if (part === top || (isOwner && !part.hasHead)) continue;
    const field = bestField(part.fields);
    if (field !== null && (own === null || field.strength > 1)) return field.jobFunction;
  }
  return own?.jobFunction ?? null;
}

/** The surest field; of equals the first noun phrase's, and in it the last or the first by the language's order. */
export function bestField(fields: readonly FieldOfWork[]): FieldOfWork | null {
  let best: FieldOfWork | null = null;
  for (const field of fields) {
    const isSurer = best === null || weight(field) > weight(best);
    const isLater = best !== null && weight(field) === weight(best) && field.phrase === best.phrase && field.isLastBest;
    if (isSurer || isLater) best = field;
  }
  return best;
}

/** The management of a company is a field only where no other is named, unless the title is a chief executive's. */
function weight({ jobFunction, strength }: FieldOfWork): number {
  return jobFunction === 'executive' && strength === 0 ? -1 : strength;
}
