import { Injectable } from '@nestjs/common';
import { AnswerCacheRepository } from '../enrichment/providers/http/answer-cache.repository.js';
import { CacheRoom } from '../enrichment/providers/http/cache-room.js';
import { StepBudgetsRepository } from '../enrichment/providers/http/step-budgets.repository.js';
import { StepTokensRepository } from '../enrichment/providers/http/step-tokens.repository.js';
import { stepCacheBytes } from './recovery.metrics.js';

const ROWS_PER_BATCH = 1_000;
const BUDGET_DAYS = 90;

/** Forgets what steps keep: answers and tokens whose time is up, answers beyond STEP_CACHE_MAX_MB, budgets of old days. */
@Injectable()
export class HttpStepSweeper {
  constructor(
    private readonly cache: AnswerCacheRepository,
    private readonly budgets: StepBudgetsRepository,
    private readonly tokens: StepTokensRepository,
    private readonly room: CacheRoom,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    await this.tokens.deleteExpired();
    await this.budgets.deleteOld(BUDGET_DAYS);
    const expired = await this.cache.deleteExpired(ROWS_PER_BATCH);
    if (expired === ROWS_PER_BATCH) return true;
    stepCacheBytes.set(await this.room.make());
    return false;
  }
}
