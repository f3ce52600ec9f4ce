import type { ReadyPreparation } from './delivery-channel.js';

/** Shorter parts of a path are words, and no secrets. */
const SEGMENT_MIN = 12;

/** The secrets of a request that are in none of its headers. Receivers write paths into their error pages. */
export function secretsOf({ signingSecrets = [], secretUrl }: ReadyPreparation): readonly string[] {
  if (secretUrl === undefined) return signingSecrets;
  const { pathname, search, searchParams } = new URL(secretUrl);
  const segments = pathname.split('/').filter((segment) => segment.length >= SEGMENT_MIN);
  return [...signingSecrets, secretUrl, pathname + search, pathname, ...segments, ...searchParams.values()];
}
