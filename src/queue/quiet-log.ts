import type { Logger } from '@nestjs/common';

const QUIET_MS = 10_000;

/** Writes an error at most once per ten seconds and says how many it kept to itself: Redis away is one event. */
export class QuietLog {
  private lastAtMs = -Infinity;
  private unsaid = 0;

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  error(message: string, error: unknown): void {
    const now = performance.now();
    if (now - this.lastAtMs < QUIET_MS) {
      this.unsaid += 1;
      return;
    }
    const more = this.unsaid > 0 ? ` (${this.unsaid} more like it)` : '';
    this.lastAtMs = now;
    this.unsaid = 0;
    this.logger.warn(`${message}: ${describe(error)}${more}`);
  }
}

/** Refused connections to several addresses come as an AggregateError without a message. */
function describe(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
