import { Injectable } from '@nestjs/common';

/**
 * One per process: suspects of one stage at a time. A crash says which process ended, not which stage ended it; with
 * suspects of both stages under way, an action that crashes would be counted against an innocent delivery, too.
 */
@Injectable()
export class SuspectFloor {
  private taken = false;

  /** @returns false when the other stage has it; the caller does not wait, because there is a next poll. */
  tryTake(): boolean {
    if (this.taken) return false;
    this.taken = true;
    return true;
  }

  release(): void {
    this.taken = false;
  }
}
