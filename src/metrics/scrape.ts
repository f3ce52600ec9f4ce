import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { collectDefaultMetrics, register } from 'prom-client';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/config.js';
import { VERSION } from '../config/version.js';
import { startAtZero } from '../counters/zero-series.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { deliveriesWaiting, WAITING_STATUSES } from '../delivery/delivery.metrics.js';
import { WorkQueue } from '../queue/work-queue.js';
import { buildInfo, oldestDueAge, poolConnections, queueConnected, unfinishedActions } from './backlog.metrics.js';
import { type Backlog, BacklogRepository } from './backlog.repository.js';

const PATIENCE_MS = 1_000;

/**
 * The text of a scrape: every counter of the process, and gauges read at this moment. At most one measurement is under
 * way however many ask; while Postgres is away its gauges are missing instead of wrong.
 */
@Injectable()
export class Scrape {
  private readonly log = new Logger('Metrics');
  private readonly pool: Pool;
  private measurement: { readonly startedAtMs: number; readonly backlog: Promise<Backlog | null> } | null = null;
  private failing = false;

  constructor(
    private readonly repository: BacklogRepository,
    private readonly queue: WorkQueue,
    @InjectDataSource() dataSource: DataSource,
    config: AppConfig,
    /** Absent where nothing is delivered. */
    @Optional() private readonly channels?: ChannelRegistry,
  ) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
    // Once per process: several applications in one process (tests) share the registry.
    if (register.getSingleMetric('process_cpu_seconds_total') === undefined) collectDefaultMetrics();
    buildInfo.reset();
    buildInfo.set({ version: VERSION, node: process.version, role: config.role }, 1);
  }

  /** In the Prometheus text format. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    this.show(await this.measure());
    queueConnected.set(this.queue.isConnected() ? 1 : 0);
    poolConnections.set({ state: 'open' }, this.pool.totalCount);
    poolConnections.set({ state: 'idle' }, this.pool.idleCount);
    poolConnections.set({ state: 'waiting' }, this.pool.waitingCount);
    return { contentType: register.contentType, text: await register.metrics() };
  }

  private measure(): Promise<Backlog | null> {
    const nowMs = performance.now();
    this.measurement ??= { startedAtMs: nowMs, backlog: this.ask() };
    const patienceMs = Math.max(this.measurement.startedAtMs + PATIENCE_MS - nowMs, 0);
    return Promise.race([this.measurement.backlog, sleep(patienceMs, null, { ref: false })]);
  }

  private async ask(): Promise<Backlog | null> {
    try {
      const backlog = await this.repository.measure();
      this.failing = false;
      return backlog;
    } catch (error) {
      if (!this.failing) this.log.warn(`the backlog cannot be measured: ${(error as Error).message}`);
      this.failing = true;
      return null;
    } finally {
      this.measurement = null;
    }
  }

  private show(backlog: Backlog | null): void {
    oldestDueAge.reset();
    unfinishedActions.reset();
    deliveriesWaiting.reset();
    if (backlog === null) return;
    oldestDueAge.set({ stage: 'enrichment' }, backlog.enrichmentAgeSeconds);
    oldestDueAge.set({ stage: 'delivery' }, backlog.deliveryAgeSeconds);
    for (const [state, count] of backlog.unfinished) unfinishedActions.set({ state }, count);
    const known = this.channels?.all().map(({ key }) => key) ?? [];
    startAtZero(deliveriesWaiting, { channel: known, status: WAITING_STATUSES });
    for (const { channel, status, count } of backlog.waiting) deliveriesWaiting.set({ channel, status }, count);
  }
}
