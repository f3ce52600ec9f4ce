import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CommitWaitsRepository } from '../database/commit-waits.repository.js';
import { CommitWatch } from '../database/commit-watch.js';
import { MigrationStatus } from '../database/migration-status.js';
import { WritesWaitError } from '../database/write-guard.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { PingRepository } from './ping.repository.js';

const PATIENCE_MS = 1_000;
/** Several probes ask every process at once; one answer does for all of them. */
const ANSWER_LASTS_MS = 500;
const READ_ONLY = '25006';
const NO_SUCH_DATABASE = '3D000';

/** Null: PostgreSQL takes writes. Otherwise the reason why not, in words for an operator. */
export type PostgresProblem = string | null;

const SILENT = 'PostgreSQL did not answer within a second';

/**
 * Whether PostgreSQL takes a write within a second: one that answers questions may still commit nothing. At most one
 * write is ever under way: while it hangs, everybody is told "no" instead of taking another connection out of the pool.
 * Before the migrations there is no table to write to, so a question has to do.
 */
@Injectable()
export class PostgresProbe implements OnApplicationShutdown {
  private readonly log = new Logger('Health');
  private flight: { readonly startedAtMs: number; readonly answer: Promise<PostgresProblem> } | null = null;
  private last: { readonly answer: PostgresProblem; readonly untilMs: number } = { answer: SILENT, untilMs: 0 };
  private wrote = false;

  constructor(
    private readonly pings: PingRepository,
    private readonly writes: CommitWaitsRepository,
    private readonly watch: CommitWatch,
    private readonly migrations: MigrationStatus,
    private readonly tokens: LeaseTokens,
  ) {}

  async findProblem(): Promise<PostgresProblem> {
    if (this.watch.reason !== null) return this.watch.reason;
    const nowMs = performance.now();
    if (this.flight === null && nowMs < this.last.untilMs) return this.last.answer;
    this.flight ??= { startedAtMs: nowMs, answer: this.ask() };
    const patienceMs = Math.max(this.flight.startedAtMs + PATIENCE_MS - nowMs, 0);
    const answer = await Promise.race([this.flight.answer, sleep(patienceMs, SILENT, { ref: false })]);
    return this.watch.reason ?? answer;
  }

  /** The written row is never read; it goes with the process. */
  async onApplicationShutdown(): Promise<void> {
    if (this.wrote) await this.writes.forget(this.tokens.holder).catch(() => undefined);
  }

  private async ask(): Promise<PostgresProblem> {
    let answer: PostgresProblem = null;
    try {
      if (this.migrations.isReady()) {
        await this.writes.write(this.tokens.holder);
        this.wrote = true;
      } else await this.pings.ping();
    } catch (error) {
      answer = problemOf(error);
    }
    if (answer !== this.last.answer && answer !== null) this.log.warn(`Not ready: ${answer}`);
    this.last = { answer, untilMs: performance.now() + ANSWER_LASTS_MS };
    this.flight = null;
    return answer;
  }
}

/** The driver's own words may name hosts and users: the answer is for everybody who can reach the port. */
function problemOf(error: unknown): string {
  if (error instanceof WritesWaitError) return error.message;
  const { code } = error as { readonly code?: unknown };
  if (code === READ_ONLY) return 'PostgreSQL is read-only: it is a standby, or default_transaction_read_only is on';
  if (code === NO_SUCH_DATABASE) return 'PostgreSQL has no database of this name';
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
    ? `PostgreSQL refused a write (SQLSTATE ${code})`
    : 'PostgreSQL cannot be reached';
}
