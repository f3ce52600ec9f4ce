import { hash } from 'node:crypto';
import type { Destination } from './delivery.js';

const known = new Map<string, Destination>();
/** Origins are few; the bound only keeps a hostile caller from filling the memory. */
const KNOWN_MAX = 10_000;

/** The destination of a URL in a scope (a tenant or a registration). Its id is derived, so making one asks no table. */
export function destinationOf(channel: string, scope: string, url: string): Destination {
  const origin = new URL(url).origin;
  const key = `${channel}\0${scope}\0${origin}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const hex = hash('sha256', key, 'hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  const destination: Destination = { id, channel, scope, origin };
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, destination);
  return destination;
}
