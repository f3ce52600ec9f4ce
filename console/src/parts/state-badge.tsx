import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { asWords } from '../lib/words.js';

const TONES: Readonly<Record<string, 'good' | 'busy' | 'waits' | 'bad'>> = {
  completed: 'good',
  delivered: 'good',
  active: 'good',
  ok: 'good',
  success: 'good',
  allow: 'good',
  done: 'good',
  enriching: 'busy',
  calling_back: 'busy',
  delivering: 'busy',
  running: 'busy',
  received: 'waits',
  pending: 'waits',
  paused: 'waits',
  held: 'waits',
  skipped: 'waits',
  'not found': 'waits',
  'not run': 'waits',
  cancelled: 'waits',
  ended: 'waits',
};

/** A state: a dot for the eye, a word for everybody. */
export function StateBadge({ state }: { readonly state: string }): ReactNode {
  return (
    <Group gap={6} wrap="nowrap" component="span">
      <span className={`dot dot-${TONES[state] ?? 'bad'}`} aria-hidden="true" />
      <Text span inherit className="nowrap">
        {asWords(state)}
      </Text>
    </Group>
  );
}
