import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Moment } from './moment.js';

interface PagerProps {
  readonly nextCursor: string | null | undefined;
  readonly onNext: (cursor: string) => void;
  /** How far a search looked; null: to the end. */
  readonly searchedUntil?: string | null | undefined;
}

/** The way to older rows. The browser's own back leads to newer ones. */
export function Pager({ nextCursor, onNext, searchedUntil }: PagerProps): ReactNode {
  if (nextCursor == null) return null;
  return (
    <Group gap="sm">
      <Button size="xs" variant="default" onClick={() => onNext(nextCursor)}>
        Older
      </Button>
      {searchedUntil != null && (
        <Text size="sm" c="dimmed">
          Looked back to <Moment at={searchedUntil} />
        </Text>
      )}
    </Group>
  );
}
