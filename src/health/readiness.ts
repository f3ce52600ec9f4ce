import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { WorkQueue } from '../queue/work-queue.js';
import { PostgresProbe } from './postgres-probe.js';

/** Whether this process should be sent requests, and what it says so by. */
export interface ReadinessReport {
  /** `degraded` still serves: rings are lost, polls make up for them. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  /** One word per check: `up`, `degraded` or `down`. */
  readonly checks: Readonly<Record<string, string>>;
  /** Why a check is not `up`, where there is more to say than its name does. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** Weighs what a process needs to serve: Postgres and its tables, not being on its way out; a queue if it can be had. */
@Injectable()
export class Readiness {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly postgres: PostgresProbe,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly queue: WorkQueue,
  ) {}

  async check(): Promise<ReadinessReport> {
    return toReport(await this.ask());
  }

  private async ask(): Promise<HealthCheckResult> {
    const { indicators } = this;
    try {
      return await this.health.check([
        () => (this.drain.draining ? indicators.check('serving').down() : indicators.check('serving').up()),
        async () => {
          const reason = await this.postgres.findProblem();
          return reason === null ? indicators.check('postgres').up() : indicators.check('postgres').down({ reason });
        },
        () => (this.migrations.isReady() ? indicators.check('migrations').up() : indicators.check('migrations').down()),
        () => (this.queue.isConnected() ? indicators.check('queue').up() : indicators.check('queue').degraded()),
      ]);
    } catch (error) {
      // Terminus reports "not ready" by throwing its result.
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }
}

function toReport({ status, details }: HealthCheckResult): ReadinessReport {
  const reasons = Object.entries(details).flatMap(([name, { reason }]) =>
    typeof reason === 'string' ? [[name, reason] as const] : [],
  );
  return {
    ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) }),
    status: status === 'ok' || status === 'degraded' ? status : 'unavailable',
    checks: Object.fromEntries(Object.entries(details).map(([name, check]) => [name, check.status])),
  };
}
