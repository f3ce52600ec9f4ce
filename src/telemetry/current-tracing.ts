import type { Tracing } from './tracing.js';

/**
 * The traces of this process; null while none are made, which is the usual case: the hot path asks with one comparison.
 * No part of Nest, like the failpoints: it stands before the application is loaded.
 */
export let tracing: Tracing | null = null;

/** @param current null: no more traces are made. */
export function traceWith(current: Tracing | null): void {
  tracing = current;
}
