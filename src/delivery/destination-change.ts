import type { BreakerPolicy } from './breaker-policy.js';

/** What one attempt changes about its destination; made only when there is something to write. */
export interface DestinationChange {
  readonly destinationId: string;
  readonly channel: string;
  /** What its breaker does. `open` by counting; the others end a probe, fenced by `probeToken`. */
  readonly verb: 'open' | 'failProbe' | 'close' | 'releaseProbe' | null;
  readonly probeToken: string | null;
  readonly breaker: BreakerPolicy | null;
  readonly throttleMs: number | null;
  readonly disable: string | null;
  /** The address that answered, when its channel's deliveries follow their registrations. */
  readonly url: string | null;
}
