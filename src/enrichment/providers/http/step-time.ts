import { setMaxListeners } from 'node:events';
import { isDatabaseAway } from '../../../http/database-away.js';
import { EnrichmentError } from '../../enrichment-provider.js';

/** How long a call may take, and what ends it. */
export interface CallTime {
  /** `performance.now()` when the step's time is up. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Between two tries while PostgreSQL is away. */
const RETRY_MS = 250;

/** A signal that never aborts; any number of requests listen to it. */
export const NEVER_STOPPED = new AbortController().signal;
setMaxListeners(0, NEVER_STOPPED);

/** The error of a step that was told to stop. */
export function stopped(): EnrichmentError {
  return new EnrichmentError('TIMEOUT', 'the step was stopped before an answer came');
}

/** Resolves at `atMs` (performance.now()), or as soon as the signal aborts. */
export function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(atMs - performance.now(), 0));
    signal.addEventListener('abort', end, { once: true });
  });
}

/** @throws EnrichmentError when nothing that begins now can end in time. */
export function requireTime({ signal, deadlineMs }: CallTime): void {
  if (signal.aborted || performance.now() >= deadlineMs) throw stopped();
}

/**
 * Does again what failed because PostgreSQL is away: it may be restarted within the time of a step, and then the step waits
 * for it, as everything else does.
 * @throws EnrichmentError when the time is up first
 */
export async function withDatabase<Result>(work: () => Promise<Result>, time: CallTime): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) && !isDatabaseAway((error as Error | null)?.cause)) throw error;
    }
    await sleepUntil(performance.now() + RETRY_MS, time.signal);
    requireTime(time);
  }
}
