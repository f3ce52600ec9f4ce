import type { ActionTrialsRepository } from '../../src/actions/action-trials.repository.js';
import type { ActionRow, ActionsRepository, HeldLease } from '../../src/actions/actions.repository.js';
import type { Database } from '../../src/database/database.js';
import { LeaseTokens } from '../../src/queue/lease-tokens.js';
import type { ProcessBeatsRepository } from '../../src/queue/process-beats.repository.js';

const LEASE_MS = 60_000;
/** Milliseconds of the process's own time. */
const STATEMENT_MS = 3;
const FINISH_MS = 30;
const SUSPECTS_FOR_MS = 2_000;
const OTHERS_FOR_MS = 1_000;
const CROWD = 50;
const CIRCLE = 256;

class Ended extends Error {}

/** What a process is made of, and how it meets its end. */
export interface MortalOptions {
  readonly database: Database;
  readonly actions: ActionsRepository;
  readonly trials: ActionTrialsRepository;
  readonly beats: ProcessBeatsRepository;
  /** Milliseconds of its own time after which it is killed. */
  readonly livesMs: number;
  readonly workMs: () => number;
  /** Whether working on the action ends the process. */
  readonly isPoison: (id: string) => boolean;
}

/**
 * One process that enriches, with the service's own statements and none of its waiting: time is counted, not spent. It
 * ends between any two statements, before or after they were committed, exactly where a kill would end it.
 */
export class MortalProcess {
  private readonly tokens = new LeaseTokens();
  /** Of its own time. */
  nowMs = 0;
  /** Actions it was working on when it ended. */
  readonly working = new Set<string>();
  finished = 0;

  constructor(private readonly options: MortalOptions) {}

  /** Works until it is killed, or until nothing is left. @returns how it ended. */
  async live(): Promise<'killed' | 'idle'> {
    try {
      await this.options.beats.beat(this.tokens.holder, 'all', LEASE_MS);
      for (;;) {
        const before = this.finished;
        const waits = await this.runSuspects();
        await this.runOthers();
        if (this.finished === before && !waits) return 'idle';
      }
    } catch (error) {
      if (error instanceof Ended) return 'killed';
      throw error;
    }
  }

  private async runSuspects(): Promise<boolean> {
    const { actions, trials } = this.options;
    const untilMs = this.nowMs + SUSPECTS_FOR_MS;
    while (this.nowMs < untilMs) {
      const token = this.tokens.next();
      let rows = await this.statement(() => actions.claimSuspects(CIRCLE, false, token, LEASE_MS));
      if (rows.length === 0) rows = await this.statement(() => actions.claimSuspects(1, true, token, LEASE_MS));
      if (rows.length === 0) return false;
      const leases = rows.map(({ id }) => ({ id, leaseToken: token }));
      await this.statement(() => trials.begin(leases));
      this.work(rows);
      await this.statement(() => trials.end(leases));
      await this.finish(leases);
    }
    return true;
  }

  private async runOthers(): Promise<void> {
    const untilMs = this.nowMs + OTHERS_FOR_MS;
    while (this.nowMs < untilMs) {
      const token = this.tokens.next();
      const rows = await this.statement(() => this.options.actions.claimDue(CROWD, token, LEASE_MS));
      if (rows.length === 0) return;
      this.work(rows);
      await this.finish(rows.map(({ id }) => ({ id, leaseToken: token })));
    }
  }

  /** Side by side: the longest counts, and a poison acts somewhere on the way. */
  private work(rows: readonly ActionRow[]): void {
    for (const { id } of rows) this.working.add(id);
    const takesMs = Math.max(...rows.map(() => this.options.workMs()));
    if (rows.some(({ id }) => this.options.isPoison(id))) throw new Ended();
    this.pass(takesMs);
    this.working.clear();
  }

  private async finish(leases: readonly HeldLease[]): Promise<void> {
    const { actions, database } = this.options;
    this.pass(FINISH_MS);
    await this.statement(() =>
      database.transaction((tx) =>
        actions.transition(
          tx,
          'enriching',
          'completed',
          leases.map((lease) => ({ ...lease, outcome: 'success' as const })),
        ),
      ),
    );
    this.finished += leases.length;
  }

  /** Half of a statement's time passes before it is committed. */
  private async statement<Result>(run: () => Promise<Result>): Promise<Result> {
    this.pass(STATEMENT_MS / 2);
    const result = await run();
    this.pass(STATEMENT_MS / 2);
    return result;
  }

  private pass(ms: number): void {
    this.nowMs += ms;
    if (this.nowMs >= this.options.livesMs) throw new Ended();
  }
}
