import type { BreakerPolicy } from './breaker-policy.js';

/** The changes of one attempt to its destination; made only when there is something to write. */
export interface DestinationChange {
  readonly destinationId: string;
  readonly channel: string;
  /** The move of its breaker. `open` by counting; the others end a probe, fenced by `probeToken`. */
  readonly verb: 'open' | 'failProbe' | 'close' | 'releaseProbe' | null;
  readonly probeToken: string | null;
  readonly breaker: BreakerPolicy | null;
  readonly throttleMs: number | null;
  readonly disable: string | null;
  /** The address that answered, when its channel's deliveries follow their registrations. */
  readonly url: string | null;
}
