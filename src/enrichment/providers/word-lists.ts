/** The words of a text, parted by white space. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/u));
}

/** Lists of words by their meaning, the other way round: the meaning of each word. Words are parted by blanks. */
export function meaningsOf<Meaning extends string>(lists: Readonly<Record<Meaning, string>>): Map<string, Meaning> {
  const pairs = Object.entries<string>(lists) as [Meaning, string][];
  return new Map(pairs.flatMap(([meaning, words]) => words.split(' ').map((word) => [word, meaning] as const)));
}
