import { Injectable } from '@nestjs/common';
import { type BreakerTally, countAttempt, EMPTY_TALLY, isBlank } from './breaker.js';
import type { BreakerPolicy } from './breaker-policy.js';
import { ChannelRegistry } from './channel-registry.js';
import type { LeasedDelivery } from './delivery.js';
import { deferredTotal } from './destination.metrics.js';
import type { DestinationChange } from './destination-change.js';
import { DestinationStates } from './destination-states.js';
import { WAIT_SENTENCES } from './destination-wait.js';
import { type Settlement, waits } from './settlement.js';

/** Most that jitter adds to a throttle's wait: no delivery is early, and they do not all come at once. */
const JITTER = 0.1;
/** A delivery that would expire while its destination is open becomes due with this much time left. */
const LAST_CALL_MS = 3_000;
/** A throttle that is known and ends at most this much earlier is not written again. */
const THROTTLE_TOLERANCE_MS = 100;
const TALLIES_MAX = 10_000;

/** Counts what attempts say of destinations, in memory, and says when something has to be written or has to wait. */
@Injectable()
export class DestinationGuard {
  private readonly tallies = new Map<string, BreakerTally>();
  /** Deliveries of this process that probe, and the token that says so. */
  private readonly probes = new Map<string, string>();

  constructor(
    private readonly states: DestinationStates,
    private readonly channels: ChannelRegistry,
  ) {}

  /** The delivery was let through to a half-open destination. */
  noteProbe(delivery: LeasedDelivery): void {
    this.probes.set(delivery.id, delivery.leaseToken);
  }

  /** Tokens of the probes under way here. */
  probeTokens(): string[] {
    return [...new Set(this.probes.values())];
  }

  /** The delivery left this process, one way or another. */
  forget(delivery: LeasedDelivery): void {
    if (this.probes.size > 0) this.probes.delete(delivery.id);
  }

  /** A claim just passed them: without it, what is a second old would send them back to wait for long. */
  noteClaimed(deliveries: readonly LeasedDelivery[], askedAtMs: number): void {
    this.states.learnWell(new Set(deliveries.map((delivery) => delivery.destinationId)), askedAtMs);
  }

  /** Whether it would have to wait. */
  isBlocked(delivery: LeasedDelivery): boolean {
    return this.states.blockOf(delivery.destinationId, performance.now()) !== null && !this.probes.has(delivery.id);
  }

  /** Sends a delivery back to wait, at the price of no attempt; null: its destination may be asked. */
  deferral(delivery: LeasedDelivery): Settlement | null {
    const nowMs = performance.now();
    const block = this.states.blockOf(delivery.destinationId, nowMs);
    if (block === null || this.probes.has(delivery.id)) return null;
    deferredTotal.inc({ channel: delivery.channel, reason: block.kind });
    let delayMs = block.waitMs;
    if (block.kind === 'throttled') delayMs *= 1 + JITTER * Math.random();
    else if (delivery.expiresAtMs !== null) delayMs = Math.min(delayMs, delivery.expiresAtMs - LAST_CALL_MS - nowMs);
    // The outcome of an attempt says more than the wait of the next one.
    const lastError = delivery.attemptCount > 1 ? null : WAIT_SENTENCES[block.kind];
    return waits(delivery, Math.max(Math.ceil(delayMs), 0), lastError);
  }

  /** Counts a settled attempt, once. @returns what has to be written about its destination: almost always nothing. */
  count(settlement: Settlement): DestinationChange | null {
    const { delivery, effect } = settlement;
    const breaker = this.channels.find(delivery.channel)?.policy.breaker ?? null;
    const probeToken = this.probes.get(delivery.id) ?? null;
    const verb = probeToken === null ? this.countClosed(settlement, breaker) : probeVerbOf(settlement);
    const throttleMs = this.newThrottle(settlement);
    const disable = effect?.disable != null && !this.states.isDisabled(delivery.destinationId) ? effect.disable : null;
    if (verb === null && throttleMs === null && disable === null) return null;
    return {
      destinationId: delivery.destinationId,
      channel: delivery.channel,
      verb,
      probeToken,
      breaker,
      throttleMs,
      disable,
      url: settlement.attempt?.url ?? null,
    };
  }

  /** Attempts that began before it opened count for nothing: the probe decides. */
  private countClosed({ delivery, effect }: Settlement, breaker: BreakerPolicy | null): 'open' | null {
    const id = delivery.destinationId;
    if (effect === undefined || breaker === null || !this.states.isClosed(id)) return null;
    const before = this.tallies.get(id) ?? EMPTY_TALLY;
    const after = countAttempt(before, breaker, effect.outcome, performance.now());
    if (after === 'opens' || isBlank(after)) {
      this.tallies.delete(id);
      return after === 'opens' ? 'open' : null;
    }
    // Forgetting is harmless: the next failure is counted again.
    if (this.tallies.size >= TALLIES_MAX) this.tallies.clear();
    this.tallies.set(id, after);
    return null;
  }

  private newThrottle({ delivery, effect }: Settlement): number | null {
    const throttleMs = effect?.throttleMs ?? null;
    if (throttleMs === null) return null;
    const knownMs = this.states.throttledUntilMs(delivery.destinationId) - performance.now();
    return throttleMs > knownMs + THROTTLE_TOLERANCE_MS ? throttleMs : null;
  }
}

/** Without an attempt nothing was learned: the next delivery probes. */
function probeVerbOf({ attempt, effect }: Settlement): 'failProbe' | 'close' | 'releaseProbe' {
  if (attempt === null || effect === undefined) return 'releaseProbe';
  return effect.outcome === 'failed' ? 'failProbe' : 'close';
}
