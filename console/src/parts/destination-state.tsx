import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DestinationState as State, DestinationView } from '../../../src/admin/destinations.dto.js';
import type { Json } from '../api/json.js';
import { asWords } from '../lib/words.js';
import { Moment } from './moment.js';

type Destination = Json<DestinationView>;

const TONES: Readonly<Record<State, 'good' | 'busy' | 'waits' | 'bad'>> = {
  well: 'good',
  open: 'bad',
  halfOpen: 'busy',
  throttled: 'waits',
  off: 'bad',
  paused: 'waits',
};

/** Whether a receiver is called, in words: the name of a breaker's state says the opposite to most people. */
export function DestinationState({ destination }: { readonly destination: Destination }): ReactNode {
  return (
    <Group gap={6} wrap="nowrap" component="span">
      <span className={`dot dot-${TONES[destination.state]}`} aria-hidden="true" />
      <Text span inherit>
        {wordsOf(destination)}
      </Text>
    </Group>
  );
}

function wordsOf({ state, openUntil, throttledUntil, leftAt }: Destination): ReactNode {
  if (leftAt !== null) return 'Not called: its registration has another address now';
  switch (state) {
    case 'well':
      return 'Called';
    case 'open':
      return (
        <>
          Not called: too many failures; next try <Moment at={openUntil} />
        </>
      );
    case 'halfOpen':
      return 'Too many failures: being tried with one callback';
    case 'throttled':
      return (
        <>
          Not called: it asked for fewer requests; next try <Moment at={throttledUntil} />
        </>
      );
    case 'off':
      return 'Not called: switched off';
    case 'paused':
      return 'Not called: paused';
    default:
      return state satisfies never;
  }
}

/** How the newest attempt that failed ended. */
export function failureWords({ status, errorClass, error }: NonNullable<Destination['lastFailure']>): string {
  return status === null ? (error ?? asWords(errorClass)) : `answered ${status}`;
}
