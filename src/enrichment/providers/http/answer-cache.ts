import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../config/config.js';
import { Batcher } from '../../../database/batcher.js';
import { AnswerCacheRepository, type CachedAnswer, type NewAnswer } from './answer-cache.repository.js';
import { stepCacheTotal } from './http-steps.metrics.js';
import { toUuid } from './request-hash.js';
import type { CallResult } from './step-caller.js';
import type { CachePlan } from './step-plan.js';

/** Longer answers are not kept: a few thousand of them would take the place of all others. */
const LONGEST_TEXT = 256 * 1024;
/** One line per outage, not one per action. */
const TELL_EVERY_MS = 60_000;

/** Keeps answers in PostgreSQL, for all processes. While it is away every look is a miss: a cache never fails a step. */
@Injectable()
export class AnswerCache {
  private readonly log = new Logger('HttpStep');
  private readonly finds: Batcher<string, CachedAnswer | null>;
  private readonly puts: Batcher<NewAnswer, undefined>;
  private toldAtMs = -Infinity;

  constructor(repository: AnswerCacheRepository, config: AppConfig) {
    this.finds = new Batcher({
      max: config.batchMax,
      key: (key) => key,
      write: async (keys) => {
        const found = new Map((await repository.find(keys)).map((answer) => [answer.key, answer]));
        return keys.map((key) => found.get(key) ?? null);
      },
    });
    this.puts = new Batcher({
      max: config.batchMax,
      key: ({ key }) => key,
      weigh: ({ answer }) => answer?.length ?? 0,
      write: async (answers) => {
        await repository.put(answers);
        return answers.map(() => undefined);
      },
    });
  }

  /** @param hash of the request, in hexadecimal. */
  async find(hash: string, host: string): Promise<CallResult | null> {
    const cached = await this.attempt(async () => {
      const row = await this.finds.submit(toUuid(hash));
      return row === null ? null : { ...row, answer: row.answer === null ? null : (JSON.parse(row.answer) as unknown) };
    });
    const outcome = cached === null ? 'miss' : cached.found ? 'hit' : 'negative';
    stepCacheTotal.inc({ host, outcome });
    if (cached === null) return null;
    const { found, status, answer } = cached;
    if (!found) return { kind: 'notFound', status };
    return { kind: 'found', status, answer };
  }

  /** Resolves when the answer is kept: an action that is repeated after a crash finds it, and pays for no second one. */
  async put(hash: string, result: CallResult, { ttlMs, negativeTtlMs }: CachePlan): Promise<void> {
    const isFound = result.kind === 'found';
    const lifeMs = isFound ? ttlMs : negativeTtlMs;
    if (lifeMs <= 0) return;
    await this.attempt(async () => {
      const text = isFound && result.answer !== null ? JSON.stringify(result.answer) : null;
      // NUL is escaped in JSON, but a text answer may carry a character that no delimiter is left for.
      if (text !== null && text.length > LONGEST_TEXT) return null;
      await this.puts.submit({ key: toUuid(hash), found: isFound, status: result.status, answer: text, ttlMs: lifeMs });
      return null;
    });
  }

  private async attempt<Result>(work: () => Promise<Result | null>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      const now = performance.now();
      if (now - this.toldAtMs > TELL_EVERY_MS) {
        this.toldAtMs = now;
        this.log.warn(`the cache of answers is away, so systems are asked: ${(error as Error).message}`);
      }
      return null;
    }
  }
}
