import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useKey } from '../lib/keys.js';
import { toInstant, toLocalText, zoneName } from '../lib/moments.js';
import type { UrlFilters } from '../lib/url-filters.js';
import { asWords } from '../lib/words.js';

const FIRST = ['/'];

export interface FilterField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  /** A choice; without it a text. */
  readonly options?: readonly string[];
  readonly placeholder?: string;
  /** A date or time in the reader's zone, which the label names; the address of the page has it in UTC. */
  readonly isMoment?: boolean;
}

interface FiltersProps<Name extends string> {
  readonly filters: UrlFilters<Name>;
  readonly fields: readonly FilterField<Name>[];
}

/** The filters of a list; `/` leads to the first text. A text counts when it is left or Enter is pressed. */
export function Filters<Name extends string>({ filters, fields }: FiltersProps<Name>): ReactNode {
  const bar = useRef<HTMLDivElement>(null);
  useKey(FIRST, (event) => {
    event.preventDefault();
    bar.current?.querySelector('input')?.focus();
  });
  return (
    <Group ref={bar} gap="xs" align="end" role="search">
      {fields.map(({ name, label, options, placeholder, isMoment = false }) =>
        options === undefined ? (
          <TextFilter
            key={name}
            label={isMoment ? `${label} (${zoneName()})` : label}
            placeholder={placeholder ?? (isMoment ? '2026-11-20 14:00' : '')}
            value={isMoment ? toLocalText(filters.values[name]) : filters.values[name]}
            onDone={(value) =>
              filters.set({ [name]: isMoment ? toInstant(value) : value } as Partial<Record<Name, string>>)
            }
          />
        ) : (
          <NativeSelect
            key={name}
            size="xs"
            label={label}
            value={filters.values[name]}
            data={[{ value: '', label: 'any' }, ...options.map((value) => ({ value, label: asWords(value) }))]}
            onChange={({ currentTarget }) =>
              filters.set({ [name]: currentTarget.value } as Partial<Record<Name, string>>)
            }
          />
        ),
      )}
      {filters.areSet && (
        <Button size="xs" variant="default" onClick={filters.clear}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onDone: (value: string) => void;
}

function TextFilter({ label, placeholder, value, onDone }: TextFilterProps): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = (): void => {
    if (text.trim() !== value) onDone(text.trim());
  };
  return (
    <TextInput
      size="xs"
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={done}
      onKeyDown={({ key }) => {
        if (key === 'Enter') done();
      }}
    />
  );
}
