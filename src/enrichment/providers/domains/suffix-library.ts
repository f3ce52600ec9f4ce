import type * as tldts from 'tldts';

/** The part of tldts (the public suffix list, its private section included) that this service uses. */
export type SuffixLibrary = Pick<typeof tldts, 'parse'>;

let loading: Promise<SuffixLibrary> | undefined;

/** Loads the public suffix list at the first call; every later call gets the same one. */
export function loadSuffixLibrary(): Promise<SuffixLibrary> {
  loading ??= import('tldts');
  return loading;
}
