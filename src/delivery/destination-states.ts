import { Injectable } from '@nestjs/common';
import type { GuardedDestination } from './destinations.repository.js';

/** Why nothing is sent to a destination at the moment. */
export type Block =
  | { readonly kind: 'open'; readonly waitMs: number }
  /** Another delivery probes, or is about to. */
  | { readonly kind: 'halfOpen'; readonly waitMs: number }
  | { readonly kind: 'throttled'; readonly waitMs: number }
  | { readonly kind: 'disabled'; readonly waitMs: number };

interface KnownState {
  readonly channel: string;
  readonly openUntilMs: number | null;
  readonly probingUntilMs: number | null;
  readonly throttledUntilMs: number | null;
  readonly isDisabled: boolean;
  /** When the database was asked. */
  readonly asOfMs: number;
}

/** How soon a half-open or disabled destination is worth another look. */
const LOOK_AGAIN_MS = 1_000;

/** The destinations in trouble that this process knows; any other is well. At most a second old. */
@Injectable()
export class DestinationStates {
  private readonly known = new Map<string, KnownState>();

  /** Null: send. */
  blockOf(id: string, nowMs: number): Block | null {
    if (this.known.size === 0) return null;
    const state = this.known.get(id);
    if (state === undefined) return null;
    if (state.isDisabled) return { kind: 'disabled', waitMs: LOOK_AGAIN_MS };
    if (state.throttledUntilMs !== null && state.throttledUntilMs > nowMs) {
      return { kind: 'throttled', waitMs: state.throttledUntilMs - nowMs };
    }
    if (state.openUntilMs === null) return null;
    if (state.openUntilMs > nowMs) return { kind: 'open', waitMs: state.openUntilMs - nowMs };
    return { kind: 'halfOpen', waitMs: LOOK_AGAIN_MS };
  }

  isDisabled(id: string): boolean {
    return this.known.get(id)?.isDisabled ?? false;
  }

  /** Closed as far as its breaker goes, throttled or not. */
  isClosed(id: string): boolean {
    return (this.known.get(id)?.openUntilMs ?? null) === null;
  }

  /** `performance.now()` until which it is known to be throttled; 0 when it is not. */
  throttledUntilMs(id: string): number {
    return this.known.get(id)?.throttledUntilMs ?? 0;
  }

  /** Whether a probe may be claimed somewhere: worth a statement. */
  hasProbeToClaim(nowMs: number): boolean {
    for (const { openUntilMs, probingUntilMs, isDisabled } of this.known.values()) {
      if (isDisabled || openUntilMs === null || openUntilMs > nowMs) continue;
      if (probingUntilMs === null || probingUntilMs <= nowMs) return true;
    }
    return false;
  }

  /** Ids of destinations that are open now. */
  open(nowMs: number): string[] {
    return [...this.known].filter(([, state]) => (state.openUntilMs ?? 0) > nowMs).map(([id]) => id);
  }

  disabled(): string[] {
    return [...this.known].filter(([, state]) => state.isDisabled).map(([id]) => id);
  }

  /** How many destinations of each channel are open (half-open ones too), throttled, disabled. */
  counts(nowMs: number): Record<'open' | 'throttled' | 'disabled', Map<string, number>> {
    const empty = (): Map<string, number> => new Map<string, number>();
    const counts = { open: empty(), throttled: empty(), disabled: empty() };
    for (const state of this.known.values()) {
      if (state.openUntilMs !== null) increment(counts.open, state.channel);
      if ((state.throttledUntilMs ?? 0) > nowMs) increment(counts.throttled, state.channel);
      if (state.isDisabled) increment(counts.disabled, state.channel);
    }
    return counts;
  }

  /** Takes in what was just written; the well ones too, so that an older reading does not bring their trouble back. */
  learn(rows: readonly GuardedDestination[]): void {
    const nowMs = performance.now();
    for (const row of rows) this.known.set(row.id, toState(row, nowMs, nowMs));
  }

  /** The database let deliveries to these destinations through: they were well when it was asked. */
  learnWell(ids: Iterable<string>, askedAtMs: number): void {
    if (this.known.size === 0) return;
    for (const id of ids) if ((this.known.get(id)?.asOfMs ?? Infinity) <= askedAtMs) this.known.delete(id);
  }

  /** Takes in every row in trouble; what was learned after `askedAtMs` is newer and stays. */
  replace(rows: readonly GuardedDestination[], askedAtMs: number): void {
    const nowMs = performance.now();
    const older = (id: string): boolean => (this.known.get(id)?.asOfMs ?? 0) <= askedAtMs;
    const read = new Set(rows.map((row) => row.id));
    for (const id of this.known.keys()) if (!read.has(id) && older(id)) this.known.delete(id);
    for (const row of rows) if (older(row.id)) this.known.set(row.id, toState(row, nowMs, askedAtMs));
  }
}

function toState(row: GuardedDestination, nowMs: number, asOfMs: number): KnownState {
  const until = (ms: number | null): number | null => (ms === null ? null : nowMs + ms);
  return {
    channel: row.channel,
    openUntilMs: until(row.open_ms),
    probingUntilMs: until(row.probing_ms),
    throttledUntilMs: until(row.throttled_ms),
    isDisabled: row.disabled_reason !== null,
    asOfMs,
  };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
