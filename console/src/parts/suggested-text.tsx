import { TextInput, type TextInputProps } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A value that is known, and what a person calls it. */
export interface Suggestion {
  readonly value: string;
  readonly name: string | null;
}

interface SuggestedTextProps extends Omit<TextInputProps, 'list'> {
  /** Others can be typed. */
  readonly suggestions?: readonly (string | Suggestion)[];
}

/** A text field that offers values that are known; the browser shows those that fit what is typed. */
export function SuggestedText({ suggestions = [], ...field }: SuggestedTextProps): ReactNode {
  const listId = useId();
  const hasSome = suggestions.length > 0;
  return (
    <>
      <TextInput {...field} {...(hasSome && { list: listId })} />
      {hasSome && (
        <datalist id={listId}>
          {suggestions.map((suggestion) => {
            const { value, name } = typeof suggestion === 'string' ? { value: suggestion, name: null } : suggestion;
            return (
              <option key={value} value={value}>
                {name ?? ''}
              </option>
            );
          })}
        </datalist>
      )}
    </>
  );
}
