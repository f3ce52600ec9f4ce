/** Left out where another sentence asks for an act. */
export const NOTHING_TO_DO = 'There is nothing to do.';

/** A clause that tells a person what to do, as a sentence. */
export function asTodo(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** The same for trouble that usually passes by itself. */
export function asLaterTodo(clause: string): string {
  return `If this lasts, ${clause}.`;
}

/** Quoted words in brackets, without a full stop, because the sentence around them goes on. Null: nothing. */
export function inBrackets(words: string | null): string {
  return words === null || words === '' ? '' : ` (${words.replace(/\.\s*$/, '').replace(/\.\s+/g, '; ')})`;
}

/** A time in whole seconds, as receivers and logs write it: 2026-11-28T14:05:00Z. */
export function asMoment(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** How often something was attempted. */
export function asAttempts(attempts: number): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}
