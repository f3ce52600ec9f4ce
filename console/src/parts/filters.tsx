import { Button, Group, NativeSelect } from '@mantine/core';
import { type ReactNode, useId, useRef, useState, useEffect } from 'react';
import { useKey } from '../lib/keys.js';
import { toInstant, toLocalText, zoneName } from '../lib/moments.js';
import type { UrlFilters } from '../lib/url-filters.js';
import { asWords } from '../lib/words.js';
import { SuggestedText } from './suggested-text.js';

const FIRST = ['/'];

export interface FilterField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  /** A choice; without it a text. A value alone is shown in words. */
  readonly options?: readonly (string | FilterOption)[];
  /** Of a choice: what is shown where nothing is chosen. */
  readonly any?: string;
  readonly placeholder?: string;
  /** Of a text: values that are known. Others can be typed. */
  readonly suggestions?: readonly string[];
  /** A date or time in the reader's zone, which the label names; the address of the page has it in UTC. */
  readonly isMoment?: boolean;
}

interface FilterOption {
  readonly value: string;
  readonly label: string;
}

interface FiltersProps<Name extends string> {
  readonly filters: UrlFilters<Name>;
  readonly fields: readonly FilterField<Name>[];
}

/**
 * The filters of a list; `/` leads to the first text. A text counts when it is left or Enter is pressed. On a telephone they
 * are folded: they would take half of the screen.
 */
export function Filters<Name extends string>({ filters, fields }: FiltersProps<Name>): ReactNode {
  const bar = useRef<HTMLDivElement>(null);
  const barId = useId();
  const [isOpen, setOpen] = useState(false);
  const setCount = fields.filter(({ name }) => filters.values[name] !== '').length;
  useKey(FIRST, (event) => {
    event.preventDefault();
    bar.current?.querySelector('input')?.focus();
  });
  return (
    <>
      <Button
        className="show-filters"
        size="xs"
        variant="default"
        aria-expanded={isOpen}
        aria-controls={barId}
        onClick={() => setOpen(!isOpen)}
      >
        {`Filters${setCount === 0 ? '' : ` (${setCount} set)`}`}
      </Button>
      <Group id={barId} ref={bar} gap="xs" align="end" role="search" className={isOpen ? '' : 'filters-folded'}>
        {fields.map(({ name, label, options, any, placeholder, suggestions, isMoment = false }) =>
          options === undefined ? (
            <TextFilter
              key={name}
              label={isMoment ? `${label} (${zoneName()})` : label}
              placeholder={placeholder ?? (isMoment ? '2026-11-20 14:00' : '')}
              suggestions={suggestions ?? []}
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
              data={[{ value: '', label: any ?? 'any' }, ...options.map(toOption)]}
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
    </>
  );
}

function toOption(option: string | FilterOption): FilterOption {
  return typeof option === 'string' ? { value: option, label: asWords(option) } : option;
}

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly suggestions: readonly string[];
  readonly value: string;
  readonly onDone: (value: string) => void;
}

function TextFilter({ label, placeholder, suggestions, value, onDone }: TextFilterProps): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = (): void => {
    if (text.trim() !== value) onDone(text.trim());
  };
  return (
    <SuggestedText
      size="xs"
      label={label}
      placeholder={placeholder}
      suggestions={suggestions}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={done}
      onKeyDown={({ key }) => {
        if (key === 'Enter') done();
      }}
    />
  );
}
