import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

interface PagerProps {
  readonly nextCursor: string | null | undefined;
  readonly onNext: (cursor: string) => void;
}

/** The way to older rows. The browser's own back leads to newer ones. */
export function Pager({ nextCursor, onNext }: PagerProps): ReactNode {
  if (nextCursor == null) return null;
  return (
    <Group gap="sm">
      <Button size="xs" variant="default" onClick={() => onNext(nextCursor)}>
        Older
      </Button>
    </Group>
  );
}
