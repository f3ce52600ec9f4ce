import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../config/config.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';

const ROWS_PER_BATCH = 1_000;
const MIB = 1024 * 1024;
/** Room made at once, so that the next answers do not find the cache full again. */
const FULL_SHARE = 0.9;
/** Share of STEP_CACHE_MAX_MB that this process writes before it measures again. */
const UNMEASURED_SHARE = 0.05;

/**
 * Holds the cache to STEP_CACHE_MAX_MB. It is measured once a minute, and by every process after each twentieth of the limit
 * that it wrote: so it is beyond the limit by a twentieth per process and what its one statement under way holds, at most.
 * Measuring before every write lost: it reads an index of all rows.
 */
@Injectable()
export class CacheRoom {
  private readonly log = new Logger('HttpSteps');
  private unmeasuredBytes = 0;

  constructor(
    private readonly cache: AnswerCacheRepository,
    private readonly config: AppConfig,
  ) {}

  private get mostBytes(): number {
    return this.config.steps.cacheMaxMb * MIB;
  }

  /** Counts bytes that are about to be written. Resolves when there is room for them. */
  async admit(bytes: number): Promise<void> {
    this.unmeasuredBytes += bytes;
    if (this.unmeasuredBytes <= this.mostBytes * UNMEASURED_SHARE) return;
    this.unmeasuredBytes = bytes;
    await this.make();
  }

  /** Takes away what would expire first, where there is too much. @returns the bytes that are left. */
  async make(): Promise<number> {
    let bytes = await this.cache.measure();
    if (bytes <= this.mostBytes) return bytes;
    let gone = 0;
    while (bytes > this.mostBytes * FULL_SHARE) {
      const deleted = await this.cache.deleteFirst(ROWS_PER_BATCH);
      if (deleted.rows === 0) break;
      bytes -= deleted.bytes;
      gone += deleted.rows;
    }
    this.log.log(`the cache of answers was full (STEP_CACHE_MAX_MB): ${gone} that would expire first are gone`);
    return bytes;
  }
}
