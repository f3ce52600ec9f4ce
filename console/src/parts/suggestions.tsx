import type { ReactNode } from 'react';

interface SuggestionsProps {
  /** The `list` of the text field. */
  readonly id: string;
  readonly values: readonly string[];
}

/** Values that are known, offered under a text field; the browser shows those that fit what is typed. */
export function Suggestions({ id, values }: SuggestionsProps): ReactNode {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}
