import { Logger } from '@nestjs/common';

/** A row under lease. */
export interface KeptLease {
  readonly id: string;
  readonly leaseToken: string;
}

interface Kept extends KeptLease {
  extendedAtMs: number;
}

export interface LeaseKeeperOptions {
  readonly stage: string;
  readonly leaseMs: number;
  /** Extends the leases in one statement and answers which are still ours. */
  readonly extend: (leases: readonly KeptLease[]) => Promise<ReadonlySet<string>>;
  /** Told of rows that another process took: work on them is for nothing. */
  readonly lost: (ids: readonly string[]) => void;
}

const EVERY_MS = 5_000;

/** Keeps the leases of what one stage of this process works on: one statement per round, past half of a lease. */
export class LeaseKeeper {
  private readonly log: Logger;
  private readonly kept = new Map<string, Kept>();
  private timer: NodeJS.Timeout | null = null;
  private extending = false;

  constructor(private readonly options: LeaseKeeperOptions) {
    this.log = new Logger(`${options.stage}:leases`);
  }

  start(): void {
    this.timer = setInterval(() => void this.extend(), Math.min(EVERY_MS, this.options.leaseMs / 4));
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  add(id: string, leaseToken: string): void {
    this.kept.set(id, { id, leaseToken, extendedAtMs: performance.now() });
  }

  delete(id: string): void {
    this.kept.delete(id);
  }

  all(): KeptLease[] {
    return [...this.kept.values()];
  }

  private async extend(): Promise<void> {
    if (this.extending) return;
    const now = performance.now();
    const due = [...this.kept.values()].filter((lease) => now - lease.extendedAtMs > this.options.leaseMs / 2);
    if (due.length === 0) return;
    this.extending = true;
    try {
      this.noteExtended(due, await this.options.extend(due), now);
    } catch (error) {
      this.log.warn(`leases could not be extended, trying again: ${(error as Error).message}`);
    } finally {
      this.extending = false;
    }
  }

  private noteExtended(due: readonly Kept[], ours: ReadonlySet<string>, now: number): void {
    const lost: string[] = [];
    for (const lease of due) {
      if (ours.has(lease.id)) lease.extendedAtMs = now;
      // A row being finished this moment is skipped by the statement; it is lost only if it stays away for a lease.
      else if (now - lease.extendedAtMs > this.options.leaseMs && this.kept.delete(lease.id)) lost.push(lease.id);
    }
    if (lost.length > 0) this.options.lost(lost);
  }
}
