import type { Logger } from '@nestjs/common';
import type { StagePlaces } from './stage-places.js';
import type { SuspectFloor } from './suspect-floor.js';

/** Rows that a crash left behind are due. */
export interface Suspicion {
  /** After this long suspects no longer keep the others waiting, and the others no longer keep them. */
  readonly aloneMaxMs: number;
}

/** The way of a stage with rows that a crash left behind. */
export interface SuspectOptions<Row> {
  /** Null when there are none; cheap, asked once per poll. */
  readonly findSuspicion: () => Promise<Suspicion | null>;
  /** Claims what crashed once, at most `limit` of it, or (`alone`) what crashed among suspects. */
  readonly claimSuspects: (limit: number, alone: boolean) => Promise<readonly Row[]>;
  /** They go on in company: a crash from now on is not counted against them. */
  readonly inCompany: (rows: readonly Row[]) => Promise<void>;
}

/** The demands of the rounds on their stage. */
export interface SuspectStage<Row> {
  readonly places: StagePlaces;
  readonly floor: SuspectFloor;
  readonly log: Logger;
  readonly isClaiming: () => boolean;
  /** Takes rows with reserved places. */
  readonly accept: (rows: readonly Row[]) => void;
}

/** How long suspects may keep everybody else waiting before the others get a poll's time. */
const SESSION_MS = 2_000;
/** Most that run among themselves: if it is one of them, so many have to run alone. */
const TOGETHER_MAX = 256;
/** Suspects that go on at once where the house does not get empty. */
const IN_COMPANY_MAX = 64;

/**
 * Finds the row that ends processes in narrowing circles: what was under way in a crash runs among its like, what was in
 * that when it crashed again runs alone, and what crashes alone is to blame. The many that are innocent lose a moment.
 */
export class SuspectRounds<Row extends { readonly id: string }> {
  private readonly underWay = new Map<string, Row>();
  private allEnded: (() => void) | null = null;

  constructor(
    private readonly options: SuspectOptions<Row>,
    private readonly stage: SuspectStage<Row>,
  ) {}

  /** Whether only suspects run beside it at this moment. */
  has(id: string): boolean {
    return this.underWay.has(id);
  }

  /** The row left this process, one way or another. */
  ended(id: string): void {
    if (this.underWay.delete(id) && this.underWay.size === 0) this.allEnded?.();
  }

  /** Runs the suspects for a while; meanwhile no other row gets a place. */
  async run(): Promise<void> {
    const { places, floor } = this.stage;
    const suspicion = await this.options.findSuspicion();
    if (suspicion === null) return;
    places.close();
    try {
      const isEmpty = await places.empty(suspicion.aloneMaxMs);
      if (!isEmpty) await this.runInCompany();
      else if (floor.tryTake()) await this.runByThemselves(suspicion).finally(() => floor.release());
    } finally {
      places.open();
    }
  }

  private async runByThemselves({ aloneMaxMs }: Suspicion): Promise<void> {
    const { isClaiming, log } = this.stage;
    const untilMs = performance.now() + SESSION_MS;
    while (isClaiming() && performance.now() < untilMs) {
      const rows = await this.claimNext(Math.min(this.stage.places.capacity, TOGETHER_MAX));
      if (rows.length === 0) return;
      const [first] = rows as [Row, ...Row[]];
      const message = 'their process ended while they were under way: only they run for now';
      log.warn({ message, count: rows.length, first: first.id });
      if (!(await this.runWithNobodyElse(rows, aloneMaxMs))) return;
    }
  }

  /** The innocent first: those that ran among suspects wait until the larger circle is through. */
  private async claimNext(limit: number): Promise<readonly Row[]> {
    const together = await this.options.claimSuspects(limit, false);
    return together.length > 0 ? together : this.options.claimSuspects(1, true);
  }

  /** @returns whether all of them ended before anybody else was let in. */
  private async runWithNobodyElse(rows: readonly Row[], aloneMaxMs: number): Promise<boolean> {
    const { places, accept } = this.stage;
    const ended = this.untilEnded(rows);
    places.open();
    places.reserve(rows.length);
    places.close();
    accept(rows);
    const first = await Promise.race([ended, sleep(aloneMaxMs)]);
    this.allEnded = null;
    const left = [...this.underWay.values()];
    this.underWay.clear();
    if (first === 'ended') return true;
    if (left.length > 0) await this.options.inCompany(left);
    return false;
  }

  private untilEnded(rows: readonly Row[]): Promise<'ended'> {
    for (const row of rows) this.underWay.set(row.id, row);
    return new Promise((resolve) => {
      this.allEnded = () => resolve('ended');
    });
  }

  /** Where others hang, waiting for an empty house would make everybody wait: a few go on beside them, uncounted. */
  private async runInCompany(): Promise<void> {
    const { places, isClaiming, accept } = this.stage;
    const { inCompany } = this.options;
    places.open();
    let granted = places.reserve(IN_COMPANY_MAX);
    try {
      while (isClaiming() && granted > 0) {
        const rows = await this.claimNext(granted);
        if (rows.length === 0) return;
        await inCompany(rows);
        granted -= rows.length;
        accept(rows);
      }
    } finally {
      places.release(granted);
    }
  }
}

function sleep(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), ms).unref());
}
