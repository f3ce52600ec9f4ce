import type { Block } from './destination-states.js';

/** The trouble of its destination that keeps a delivery waiting. */
export type WaitKind = Block['kind'];

/** Stored as the `last_error` of a delivery that was sent back to wait before any attempt. */
export const WAIT_SENTENCES: Readonly<Record<WaitKind, string>> = {
  open: 'waits: its destination failed too often and is left alone for a while',
  halfOpen: 'waits: its destination is being tried with another delivery',
  throttled: 'waits: its destination asked for fewer requests',
  disabled: 'waits: its destination is switched off',
};

/** SQL over a row `t` of destinations: the {@link WaitKind} at this moment or null, as {@link DestinationStates} tells it. */
export const WAIT_KIND = `CASE WHEN t.disabled_reason IS NOT NULL THEN 'disabled' WHEN t.throttled_until > now() THEN 'throttled'
  WHEN t.opened_until > now() THEN 'open' WHEN t.opened_until IS NOT NULL THEN 'halfOpen' END`;

/** Which wait a stored reason names; null: it is another reason. */
export function readWait(lastError: string | null): WaitKind | null {
  const kinds = Object.keys(WAIT_SENTENCES) as WaitKind[];
  return kinds.find((kind) => WAIT_SENTENCES[kind] === lastError) ?? null;
}
