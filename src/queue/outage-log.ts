import type { Logger } from '@nestjs/common';

/**
 * Tells of the connections that rings take through PostgreSQL. An outage is one event: it is logged when it begins, again
 * only for another reason, and when it is over.
 */
export class OutageLog {
  private readonly troubled = new Map<string, Set<string>>();
  private sinceMs = 0;

  constructor(private readonly log: Pick<Logger, 'warn' | 'log'>) {}

  begins(source: string, error: Error): void {
    if (this.troubled.size === 0) this.sinceMs = performance.now();
    const said = this.troubled.get(source) ?? new Set();
    this.troubled.set(source, said);
    const { message, code } = error as NodeJS.ErrnoException;
    const words = message || code || 'unknown error';
    if (said.has(words)) return;
    said.add(words);
    this.log.warn(
      `PostgreSQL carries no rings (${source}): ${words}. Polls make up for it, and it is tried again by itself.`,
    );
  }

  over(source: string): void {
    if (!this.troubled.delete(source) || this.troubled.size > 0) return;
    const seconds = Math.round((performance.now() - this.sinceMs) / 1_000);
    this.log.log(`PostgreSQL carries rings again after ${seconds} s`);
  }
}
