import type { Notice } from '../catalog/service-notices.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import type { DestinationStates } from './destination-states.js';

/** Channels by the dialect of a service whose callbacks they carry. */
const CHANNELS = { externalActions: 'adobe', marketo: 'marketo' } as const;

/** Says of which dialects the receivers of callbacks are in trouble: what is stored waits for them. */
export function receiversInTrouble(
  { dialects }: ServiceDefinition,
  states: Pick<DestinationStates, 'counts'>,
  nowMs: number,
): Notice[] {
  const { open, throttled } = states.counts(nowMs);
  return dialects.flatMap((dialect): Notice[] => {
    const failing = open.get(CHANNELS[dialect]) ?? 0;
    const slowed = throttled.get(CHANNELS[dialect]) ?? 0;
    return [
      ...notice(failing, 'fails: its callbacks wait, and are tried again by themselves'),
      ...notice(slowed, 'asked for fewer requests: its callbacks wait'),
    ];
  });
}

function notice(count: number, what: string): Notice[] {
  if (count === 0) return [];
  return [
    { level: 'warning', text: `${count === 1 ? 'A receiver' : `Each of ${count} receivers`} of callbacks ${what}.` },
  ];
}
