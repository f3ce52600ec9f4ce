import type { NameParts } from './name-parts.js';
import { FIRST_GIVEN, FRENCH_GIVEN, IBERIAN_GIVEN } from './name-lists.js';
import { HUNGARIAN_GIVEN } from './name-orders.js';
import { isParticle } from './name-particles.js';

/** "Jean DUPONT", "LE GOFF Yann": forms in several countries ask for the family name in capitals. */
export function shoutedFamily(words: readonly string[]): NameParts | null {
  const text = words.join(' ');
  if (!/\p{Lu}{2}/u.test(text) || !/\p{Ll}/u.test(text)) return null;
  const isShouted = words.map((word) => isInCapitals(word));
  if (!isShouted.some(Boolean)) return null;
  const start = isShouted.indexOf(true);
  const end = isShouted.lastIndexOf(true) + 1;
  if (isShouted.slice(start, end).includes(false)) return null;
  // A particle in small letters or of two capitals belongs to what follows: "van der BERG", "LE GOFF".
  let from = start;
  while (
    from > 0 &&
    isParticle((words[from - 1] ?? '').toLowerCase()) &&
    words[from - 1] !== capitalized(words[from - 1] ?? '')
  )
    from -= 1;
  if (from > 0 && end === words.length)
    return { first: words.slice(0, from).join(' '), last: words.slice(from).join(' ') };
  // Capitals in front may also be of a hurry: "ANNA Müller".
  if (from === 0 && end < words.length && end - start === 1 && isKnownGiven(words[0] ?? '')) return null;
  if (from === 0 && end < words.length)
    return { first: words.slice(end).join(' '), last: words.slice(0, end).join(' ') };
  return null;
}

function isInCapitals(word: string): boolean {
  return (
    /^[\p{Lu}'’.-]{3,}$/u.test(word) &&
    /\p{Lu}{2}/u.test(word) &&
    (!/[A-Z]/u.test(word) || /[AEIOUYÀ-ÖØ-Ý]/u.test(word))
  );
}

function isKnownGiven(word: string): boolean {
  const lower = word.toLowerCase();
  return [IBERIAN_GIVEN, FRENCH_GIVEN, HUNGARIAN_GIVEN, FIRST_GIVEN].some((names) => names.has(lower));
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
