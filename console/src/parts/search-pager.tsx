import { Button, Group, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SearchReach } from '../lib/use-search.js';
import { Moment } from './moment.js';

interface SearchPagerProps {
  readonly reach: SearchReach;
  readonly onNext: (cursor: string) => void;
}

/** The way to older rows of a list that is searched in bounded pages, and how far it looked. */
export function SearchPager({ reach, onNext }: SearchPagerProps): ReactNode {
  const { nextCursor, searchedUntil, isPageFull, wentFurther, isSearching, goOn, stop } = reach;
  if (nextCursor === null) {
    return wentFurther ? (
      <Text size="sm" c="dimmed" role="status">
        Everything was looked at.
      </Text>
    ) : null;
  }
  return (
    <Group gap="sm">
      {isPageFull ? (
        <Button size="xs" variant="default" onClick={() => onNext(nextCursor)}>
          Older
        </Button>
      ) : (
        <Button size="xs" variant="default" onClick={isSearching ? stop : goOn}>
          {isSearching ? 'Stop' : 'Search further'}
        </Button>
      )}
      {isSearching && <Loader size="xs" aria-hidden />}
      {searchedUntil !== null && (
        <Text size="sm" c="dimmed" role="status">
          {isSearching ? 'Searching; looked back to ' : 'Looked back to '}
          <Moment at={searchedUntil} />
        </Text>
      )}
    </Group>
  );
}

/** Words for a list without rows. */
export function emptyText({ nextCursor, isSearching }: SearchReach, otherwise: string): string {
  if (isSearching) return 'Nothing so far. Older ones are looked through.';
  if (nextCursor !== null)
    return 'Nothing fits among those that were looked at. Older ones may: search further, or give a time.';
  return otherwise;
}
