import { Injectable, Logger } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { AppConfig } from '../config/config.js';
import { RepeatedReading } from '../database/repeated-reading.js';
import { WorkQueue } from '../queue/work-queue.js';
import { ChannelRegistry } from './channel-registry.js';
import { changesTotal, disabledGauge, openGauge, throttledGauge } from './destination.metrics.js';
import type { DestinationChange } from './destination-change.js';
import { DestinationHoldsRepository } from './destination-holds.repository.js';
import { DestinationStates } from './destination-states.js';
import { type AppliedChanges, DestinationsRepository, type GuardedDestination } from './destinations.repository.js';

const EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;
const HELD_PER_STATEMENT = 1_000;

/**
 * Keeps what this process knows of destinations in step with the database: reads those in trouble every second, learns
 * at once what it wrote itself, holds what waits for a disabled one, and rings when an open one may be tried.
 */
@Injectable()
export class DestinationWatch {
  private readonly log = new Logger('Destinations');
  private readonly reading = new RepeatedReading({
    name: 'Destinations',
    what: 'destinations',
    everyMs: EVERY_MS,
    read: () => this.refresh(),
  });
  private nextForgetMs = 0;

  constructor(
    private readonly states: DestinationStates,
    private readonly repository: DestinationsRepository,
    private readonly holds: DestinationHoldsRepository,
    private readonly queue: WorkQueue,
    private readonly channels: ChannelRegistry,
    private readonly config: AppConfig,
  ) {}

  /** Resolves when the states were read once, or could not be: what is open is then known before anything is sent. */
  start(): Promise<void> {
    return this.reading.start();
  }

  /** Resolves when the reading under way has ended; no other follows. */
  stop(): Promise<void> {
    return this.reading.stop();
  }

  /** Reads the states now, and holds what waits for a disabled destination. @throws when the database is away. */
  async refresh(): Promise<void> {
    const askedAtMs = performance.now();
    this.states.replace(await this.repository.readGuarded(), askedAtMs);
    if (this.config.role !== 'api') await this.tend();
    this.show();
  }

  /** As {@link refresh}, after the reading under way; a database that is away is told and made up for by the next one. */
  lookNow(): Promise<void> {
    return this.reading.now();
  }

  /** Takes in committed changes, and tells the watchers. */
  noteApplied(changes: readonly DestinationChange[], applied: AppliedChanges): void {
    this.states.learn(applied.destinations);
    const rows = new Map(applied.destinations.map((row) => [row.id, row]));
    for (const id of applied.opened) this.noteOpened(rows.get(id));
    for (const id of applied.closed) this.noteClosed(rows.get(id));
    for (const id of applied.disabled) this.noteDisabled(rows.get(id));
    for (const change of changes) {
      if (change.throttleMs === null) continue;
      changesTotal.inc({ channel: change.channel, change: 'throttled' });
      this.queue.ring('delivery', { delayMs: change.throttleMs });
    }
    if (applied.disabled.length > 0) void this.lookNow();
    this.show();
  }

  private noteOpened(row: GuardedDestination | undefined): void {
    if (row === undefined) return;
    const openMs = Math.max(Math.round(row.open_ms ?? 0), 0);
    changesTotal.inc({ channel: row.channel, change: 'opened' });
    this.log.warn({
      message: `left alone for ${openMs} ms: it fails`,
      destination: row.id,
      channel: row.channel,
      origin: row.origin,
      opened: row.open_count,
    });
    // A moment late, or the database's clock might still call it open.
    this.queue.ring('delivery', { delayMs: openMs + 20 });
  }

  private noteClosed(row: GuardedDestination | undefined): void {
    if (row === undefined) return;
    changesTotal.inc({ channel: row.channel, change: 'closed' });
    this.log.log({ message: 'answers again', destination: row.id, channel: row.channel, origin: row.origin });
    this.queue.ring('delivery');
  }

  private noteDisabled(row: GuardedDestination | undefined): void {
    if (row === undefined) return;
    changesTotal.inc({ channel: row.channel, change: 'disabled' });
    this.log.error({
      message: 'ALERT: switched off; its deliveries are held until it is enabled',
      destination: row.id,
      channel: row.channel,
      origin: row.origin,
      reason: row.disabled_reason,
    });
  }

  /** Only workers do this, and only where something is in trouble. */
  private async tend(): Promise<void> {
    const nowMs = performance.now();
    const open = this.states.open(nowMs);
    if (open.length > 0) {
      const hurried = await this.repository.hurry(open);
      this.states.learn(hurried);
      for (const row of hurried) this.queue.ring('delivery', { delayMs: Math.max(row.open_ms ?? 0, 0) + 20 });
    }
    const disabled = this.states.disabled();
    if (disabled.length > 0) {
      while (
        (await this.holds.holdPending(disabled, HELD_PER_STATEMENT)) === HELD_PER_STATEMENT &&
        !this.reading.isStopped
      );
    }
    if (nowMs < this.nextForgetMs) return;
    this.nextForgetMs = nowMs + FORGET_EVERY_MS;
    await this.repository.forgetThrottles();
  }

  private show(): void {
    const counts = this.states.counts(performance.now());
    const known = this.channels.all().map(({ key }) => key);
    set(openGauge, counts.open, known);
    set(throttledGauge, counts.throttled, known);
    set(disabledGauge, counts.disabled, known);
  }
}

function set(gauge: Gauge<'channel'>, counts: ReadonlyMap<string, number>, known: readonly string[]): void {
  gauge.reset();
  for (const channel of known) gauge.set({ channel }, 0);
  for (const [channel, count] of counts) gauge.set({ channel }, count);
}
