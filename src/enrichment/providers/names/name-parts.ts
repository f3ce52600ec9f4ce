/** A person's name in two parts, in their script; both are null where nothing tells where to divide it. */
export interface NameParts {
  readonly first: string | null;
  readonly last: string | null;
}

/** The words before a place are the given names, the others the family name. */
export function splitAt(words: readonly string[], at: number): NameParts {
  return { first: words.slice(0, at).join(' '), last: words.slice(at).join(' ') };
}
