import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { MigrationStatus } from '../database/migration-status.js';
import { LeaseTokens } from './lease-tokens.js';
import { ProcessBeatsRepository } from './process-beats.repository.js';

const LIVES_MAX_MS = 10_000;
/** Beats that may be missed before a process counts as ended. */
const BEATS_PER_LIFE = 4;

/** Says in the database that this process lives, as long as it may hold leases. */
@Injectable()
export class ProcessBeat implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Process');
  /** Half a lease: when a lease of a dead process runs out, its last beat is older than this. */
  private readonly livesMs: number;
  private timer: NodeJS.Timeout | null = null;
  private beating = false;
  private lastMs = -Infinity;
  private steadySinceMs = Infinity;
  private failing = false;

  constructor(
    private readonly repository: ProcessBeatsRepository,
    private readonly tokens: LeaseTokens,
    private readonly migrations: MigrationStatus,
    private readonly config: AppConfig,
  ) {
    this.livesMs = Math.min(LIVES_MAX_MS, config.enrichment.leaseMs / 2, config.delivery.leaseMs / 2);
  }

  /**
   * Whether this process has beaten for a whole life without a gap. Where it could not, the others could not either:
   * right after the database was away they look ended, so no row may be judged before they had time to beat.
   */
  get isSteady(): boolean {
    const nowMs = performance.now();
    return nowMs - this.lastMs < this.livesMs && nowMs - this.steadySinceMs >= this.livesMs;
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    void this.migrations.whenReady().then(() => {
      void this.beat();
      this.timer = setInterval(() => void this.beat(), this.livesMs / BEATS_PER_LIFE);
      this.timer.unref();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    // One that cannot say so falls silent, and is noted as ended.
    await this.repository.leave(this.tokens.holder).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      await this.repository.beat(this.tokens.holder, this.config.role, this.livesMs);
      const nowMs = performance.now();
      if (nowMs - this.lastMs >= this.livesMs) this.steadySinceMs = nowMs;
      this.lastMs = nowMs;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.log.warn(`cannot say that it lives, trying again: ${(error as Error).message}`);
      this.failing = true;
    } finally {
      this.beating = false;
    }
  }
}
