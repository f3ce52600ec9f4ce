import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type LiveState as State, useLiveState } from '../api/live.js';

const SHOWN: Readonly<Record<State, { readonly dot: string; readonly title: string }>> = {
  live: { dot: 'dot-good', title: 'Changes are shown as they happen' },
  reconnecting: { dot: 'dot-waits', title: 'The stream of changes was cut. It is opened again by itself' },
  polling: { dot: 'dot-busy', title: 'The pages ask for changes every few seconds' },
};

/** How the pages learn of changes. */
export function LiveState(): ReactNode {
  const state = useLiveState();
  const { dot, title } = SHOWN[state];
  return (
    <Group gap={6} wrap="nowrap" title={title} role="status" aria-label="Changes">
      <span className={`dot ${dot}`} aria-hidden="true" />
      <Text size="xs">{state}</Text>
    </Group>
  );
}
