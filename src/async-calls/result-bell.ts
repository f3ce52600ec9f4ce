import { Injectable } from '@nestjs/common';

/** Wakes the waiters for a result in the process that stored it; those in another process look from time to time. */
@Injectable()
export class ResultBell {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** Results of these calls are committed. */
  ring(requestIds: readonly string[]): void {
    if (this.waiting.size === 0) return;
    for (const id of requestIds) for (const wake of this.waiting.get(id) ?? []) wake();
  }

  /** Resolves when it rings for the call, or after so many milliseconds. */
  async wait(requestId: string, ms: number): Promise<void> {
    const wakes = this.waiting.get(requestId) ?? new Set();
    this.waiting.set(requestId, wakes);
    let done: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      done = () => {
        clearTimeout(timer);
        resolve();
      };
      wakes.add(done);
    });
    wakes.delete(done);
    if (wakes.size === 0) this.waiting.delete(requestId);
  }
}
