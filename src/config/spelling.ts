import { VARIABLE_NAMES, type VariableName } from './env-schema.js';
import { isNamedSecret } from './named-secrets.js';

const OWN_PREFIX = /^RICOCHET_/;
const SHORT_NAME = 8;
const TOLERANCE = 2;

/** One sentence per variable that is set and looks like a misspelling of one we read. Never quotes values. */
export function warnOfMisspellings(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const meant = findMeant(name);
    return meant === null ? [] : [`${name} is not a variable of this service and is ignored; did you mean ${meant}?`];
  });
}

function findMeant(name: string): VariableName | null {
  const known: readonly string[] = VARIABLE_NAMES;
  if (known.includes(name) || isNamedSecret(name)) {
    return null;
  }
  const bare = name.toUpperCase().replace(OWN_PREFIX, '');
  // Names of other lengths are further away than that; comparing them all took 35 ms of each start.
  const [nearest] = VARIABLE_NAMES.filter(({ length }) => Math.abs(length - bare.length) <= TOLERANCE)
    .map((candidate) => ({ candidate, distance: editDistance(bare, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest === undefined) {
    return null;
  }
  // HOME is two letters from HOST: short names are only believed at one.
  const tolerance = nearest.candidate.length < SHORT_NAME ? 1 : TOLERANCE;
  return nearest.distance <= tolerance ? nearest.candidate : null;
}

/** Levenshtein's distance, with swapped neighbours counted once. */
export function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= left.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const substitution = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const transposition = swapped ? at(row - 2, column - 2) + 1 : Infinity;
      rows[row]?.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, substitution, transposition));
    }
  }
  return at(left.length, right.length);
}
