import { Injectable } from '@nestjs/common';

/** One per process: how much of what its stages have done still waits to be stored. */
@Injectable()
export class PendingWrites {
  private readonly counts: (() => number)[] = [];

  /** @param count rows that one writer has been given and has not stored */
  include(count: () => number): void {
    this.counts.push(count);
  }

  /** Rows of all writers. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count(), 0);
  }
}
