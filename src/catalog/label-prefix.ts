/** Accents alone: marks of other scripts are letters to their readers. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Latin, Greek and Cyrillic letters, and further Latin and Greek ones with two accents. */
const RANGES = [
  [0x41, 0x52f],
  [0x1e00, 0x1fff],
] as const;
const FIRST_ACCENT = 0x300;
const LAST_ACCENT = 0x36f;

/** A label as the beginnings of labels are compared: without case and accents, for a person types neither with care. */
export function foldLabel(text: string): string {
  const plain = text.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
  // The last letter of a Greek word is written otherwise.
  return plain.replaceAll('ς', 'σ');
}

/** A comparison of the same outcome for PostgreSQL, where `lower` knows the letters of its locale alone. */
export interface LabelPrefix {
  readonly folded: string;
  /** As many characters of a label as the comparison can need, accents of their own included. */
  readonly length: number;
  /** For `translate`: letters that become those of the prefix, then accents, which go. */
  readonly from: string;
  readonly to: string;
}

/** Only letters that the prefix has are mapped: `translate` looks through all of them for each character of a label. */
export function labelPrefix(prefix: string): LabelPrefix {
  const folded = foldLabel(prefix);
  const wanted = new Set(folded);
  const pairs = letters().filter(([, to]) => wanted.has(to));
  const count = folded === '' ? 0 : LAST_ACCENT - FIRST_ACCENT + 1;
  const accents = Array.from({ length: count }, (_, at) => FIRST_ACCENT + at);
  return {
    folded,
    length: folded.length * 4,
    from: pairs.map(([from]) => from).join('') + String.fromCodePoint(...accents),
    to: pairs.map(([, to]) => to).join(''),
  };
}

let known: readonly (readonly [from: string, to: string])[] | null = null;

/** Letters that fold to another one, with it. */
function letters(): readonly (readonly [from: string, to: string])[] {
  known ??= RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)).flatMap((letter) => {
      const folded = foldLabel(letter);
      return folded.length === 1 && folded !== letter ? [[letter, folded] as const] : [];
    }),
  );
  return known;
}
