import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { AnswerCacheRepository } from '../enrichment/providers/http/answer-cache.repository.js';
import { StepBudgetsRepository } from '../enrichment/providers/http/step-budgets.repository.js';
import { StepTokensRepository } from '../enrichment/providers/http/step-tokens.repository.js';
import { stepCacheBytes } from './recovery.metrics.js';

const ROWS_PER_BATCH = 1_000;
const MIB = 1024 * 1024;
/** Room made at once, so that the next answers do not find the cache full again. */
const FULL_SHARE = 0.9;
const BUDGET_DAYS = 90;

/** Forgets what steps keep: answers and tokens whose time is up, answers beyond STEP_CACHE_MAX_MB, budgets of old days. */
@Injectable()
export class HttpStepSweeper {
  private readonly log = new Logger('HttpSteps');

  constructor(
    private readonly cache: AnswerCacheRepository,
    private readonly budgets: StepBudgetsRepository,
    private readonly tokens: StepTokensRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    await this.tokens.deleteExpired();
    await this.budgets.deleteOld(BUDGET_DAYS);
    const expired = await this.cache.deleteExpired(ROWS_PER_BATCH);
    if (expired === ROWS_PER_BATCH) return true;
    await this.makeRoom();
    return false;
  }

  private async makeRoom(): Promise<void> {
    const mostBytes = this.config.steps.cacheMaxMb * MIB;
    let bytes = await this.cache.measure();
    if (bytes > mostBytes) {
      let gone = 0;
      while (bytes > mostBytes * FULL_SHARE) {
        const deleted = await this.cache.deleteFirst(ROWS_PER_BATCH);
        if (deleted.rows === 0) break;
        bytes -= deleted.bytes;
        gone += deleted.rows;
      }
      this.log.log(`the cache of answers was full (STEP_CACHE_MAX_MB): ${gone} that would expire first are gone`);
    }
    stepCacheBytes.set(bytes);
  }
}
