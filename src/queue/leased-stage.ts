import { Logger } from '@nestjs/common';
import { ClaimLoop, type Found } from './claim-loop.js';
import { type KeptLease, LeaseKeeper } from './lease-keeper.js';
import { StagePlaces } from './stage-places.js';
import type { SuspectFloor } from './suspect-floor.js';
import { type SuspectOptions, SuspectRounds } from './suspect-rounds.js';
import type { Stage, WorkQueue } from './work-queue.js';

/** The common part of a stage's rows. */
export interface LeasedRow {
  readonly id: string;
  readonly leaseToken: string;
}

/** The result of a claim. */
export interface Claimed<Row> {
  readonly rows: readonly Row[];
  /** Whether more may be due that there was no room for: the stage looks again when rows have left, not at the next poll. */
  readonly more: boolean;
}

export interface LeasedStageOptions<Row extends LeasedRow> extends SuspectOptions<Row> {
  readonly stage: Stage;
  /** Most rows held at once, waiting ones included. */
  readonly capacity: number;
  /** Rows it may hold beyond that at this moment; none by default. */
  readonly extraCapacity?: () => number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Whether to claim nothing for the moment, because what this process has done waits to be stored; never by default. */
  readonly isBehind?: () => boolean;
  /** Claims at most `limit` due rows, committed. */
  readonly claim: (limit: number) => Promise<Claimed<Row>>;
  /** Starts work and returns; {@link LeasedStage.done} is called for every row, however it ends. */
  readonly work: (rows: readonly Row[]) => void;
  readonly extend: (leases: readonly KeptLease[]) => Promise<ReadonlySet<string>>;
  readonly lost: (ids: readonly string[]) => void;
  /** Gives rows back on a graceful stop; `started`: work on them may have begun. */
  readonly giveBack: (leases: readonly KeptLease[], started: boolean) => Promise<void>;
  /** Takes rows that have not begun out of the waiting line: on a stop they are given back rather than run. */
  readonly takeWaiting?: () => readonly Row[];
  /** On a stop, when the time is up: makes what is under way end by itself, shortly. */
  readonly interrupt?: () => void;
}

/** How long places that became free may stay empty while more is known to be due. */
const CLAIM_AGAIN_MS = 50;
/** Most places a claim keeps while it runs: what arrives meanwhile finds the others, and need not be claimed itself. */
const CLAIM_MAX = 256;
/** A claim of fewer rows says nothing of the next moment: the next ring does. */
const BUSY_ROWS = 8;
/** How long interrupted rows may take to be settled before their leases are given back. */
const INTERRUPTED_WAIT_MS = 1_000;

/**
 * One stage of one process: what it holds, the leases it keeps, when it claims, and when suspects have their turn.
 * The rows themselves are the business of who uses it.
 */
export class LeasedStage<Row extends LeasedRow> {
  private readonly log: Logger;
  private readonly places: StagePlaces;
  private readonly leases: LeaseKeeper;
  private readonly loop: ClaimLoop;
  private readonly suspects: SuspectRounds<Row>;
  private claiming = true;
  private stopping = false;
  /** When no more than so many rows are held, it is worth claiming again; -1: nothing more is known to be due. */
  private claimAgainAt = -1;
  private claimAgainTimer: NodeJS.Timeout | null = null;
  private nextSuspectLookMs = 0;

  constructor(
    private readonly options: LeasedStageOptions<Row>,
    queue: WorkQueue,
    floor: SuspectFloor,
  ) {
    this.log = new Logger(options.stage);
    this.places = new StagePlaces(options.capacity, options.extraCapacity);
    this.suspects = new SuspectRounds(options, {
      places: this.places,
      floor,
      log: this.log,
      isClaiming: () => this.claiming,
      accept: (rows) => this.accept(rows),
    });
    this.leases = new LeaseKeeper({
      stage: options.stage,
      leaseMs: options.leaseMs,
      extend: options.extend,
      lost: options.lost,
    });
    this.loop = new ClaimLoop({
      stage: options.stage,
      queue,
      pollMs: options.pollMs,
      claim: () => this.claim(),
      log: this.log,
    });
  }

  get held(): number {
    return this.places.held;
  }

  /** Whether the row is a suspect with no other row beside it: its work is a trial. */
  isByItself(row: Row): boolean {
    return this.suspects.has(row.id);
  }

  start(): void {
    this.leases.start();
    this.loop.start();
  }

  /** Keeps places for rows about to be born leased; nothing once it stops. */
  reserve(wanted: number): number {
    if (this.stopping) return 0;
    const granted = this.places.reserve(wanted);
    // Rows without a place are due in the database: they are claimed when others have left, without a ring.
    if (granted < wanted) this.claimAgainAt = Math.max(this.claimAgainAt, Math.floor(this.places.held / 2));
    return granted;
  }

  release(count: number): void {
    this.places.release(count);
  }

  /** Takes rows with reserved places. */
  accept(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    if (this.stopping) {
      void this.giveBackWaiting(rows);
      return;
    }
    for (const row of rows) this.leases.add(row.id, row.leaseToken);
    this.options.work(rows);
  }

  /** The row left this process, one way or another. */
  done(row: Row): void {
    this.leases.delete(row.id);
    this.places.release(1);
    this.suspects.ended(row.id);
    if (this.claimAgainAt < 0) return;
    if (this.places.held <= this.claimAgainAt) this.claimAgain();
    else this.claimAgainTimer ??= setTimeout(() => this.claimAgain(), CLAIM_AGAIN_MS).unref();
  }

  /** More may be held although no row left, as when held rows only wait: rows known to be due are claimed soon. */
  roomGrew(): void {
    if (this.claimAgainAt < 0) return;
    this.claimAgainTimer ??= setTimeout(() => this.claimAgain(), CLAIM_AGAIN_MS).unref();
  }

  private claimAgain(): void {
    if (this.claimAgainTimer !== null) clearTimeout(this.claimAgainTimer);
    this.claimAgainTimer = null;
    this.claimAgainAt = -1;
    this.loop.wake();
  }

  /** Claims nothing more, and still takes what is handed over in memory. */
  stopClaiming(): void {
    this.claiming = false;
    void this.loop.stop();
  }

  /** Gives back what waits, waits for what is under way, and at `deadlineMs` interrupts it and gives back what is left. */
  async drain(deadlineMs: number): Promise<void> {
    this.stopClaiming();
    this.stopping = true;
    await this.giveBackWaiting(this.options.takeWaiting?.() ?? []);
    if (!(await this.emptyWithinStop(deadlineMs))) await this.giveBackLeft();
    this.leases.stop();
  }

  /** A claim in progress holds places too, so nothing it brings is missed. */
  private async emptyWithinStop(deadlineMs: number): Promise<boolean> {
    if (await this.places.empty(deadlineMs - performance.now())) return true;
    if (this.options.interrupt === undefined) return false;
    this.log.warn(`interrupts ${this.places.held} rows that are still under way`);
    this.options.interrupt();
    return this.places.empty(INTERRUPTED_WAIT_MS);
  }

  private async giveBackLeft(): Promise<void> {
    const left = this.leases.all();
    if (left.length === 0) return;
    await this.options.giveBack(left, true);
    this.log.warn(`gave ${left.length} rows back that were still under way`);
  }

  /** Their places are free only afterwards: a drain waits for it. A lease that cannot be given back runs out by itself. */
  private async giveBackWaiting(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.options.giveBack(rows, false);
      this.log.log(`gave ${rows.length} rows back that had not been started`);
    } catch (error) {
      this.log.warn(`could not give ${rows.length} rows back: ${(error as Error).message}`);
    }
    for (const row of rows) this.leases.delete(row.id);
    this.places.release(rows.length);
    for (const row of rows) this.suspects.ended(row.id);
  }

  private async claim(): Promise<Found> {
    if (!this.claiming) return 'idle';
    if (performance.now() >= this.nextSuspectLookMs) await this.lookForSuspects();
    // A stop may have come while the suspects ran.
    if (!this.claiming) return 'idle';
    if (this.options.isBehind?.() === true) return 'busy';
    const granted = this.places.reserve(Math.min(this.options.capacity, CLAIM_MAX));
    if (granted === 0) return this.comeBack();
    let claimed: Claimed<Row> = { rows: [], more: false };
    try {
      claimed = await this.options.claim(granted);
    } finally {
      this.places.release(granted - claimed.rows.length);
    }
    this.accept(claimed.rows);
    if (claimed.rows.length === granted && this.places.free > 0) return 'more';
    if (claimed.more) return this.comeBack();
    return claimed.rows.length >= BUSY_ROWS ? 'busy' : 'idle';
  }

  /**
   * Half of what is held now must leave first, or some of it for a moment: claims of a row or two would cost a statement
   * each. Half alone lost: rows that hang kept the places of those that left empty until the next poll.
   */
  private comeBack(): 'more' | 'idle' {
    if (this.places.held === 0) return 'more';
    this.claimAgainAt = Math.floor(this.places.held / 2);
    return 'idle';
  }

  private async lookForSuspects(): Promise<void> {
    this.nextSuspectLookMs = performance.now() + this.options.pollMs;
    try {
      await this.suspects.run();
    } finally {
      this.nextSuspectLookMs = performance.now() + this.options.pollMs;
    }
  }
}
