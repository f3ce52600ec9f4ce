import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../config/config.js';
import { Batcher } from '../../../database/batcher.js';
import {
  AnswerCacheRepository,
  type FoundAnswer,
  type NewAnswer,
  type NewUsers,
  SUBJECTS_MAX,
} from './answer-cache.repository.js';
import { CacheRoom } from './cache-room.js';
import type { CacheUser } from './cache-user.js';
import { stepCacheTotal } from './http-steps.metrics.js';
import { toUuid } from '../../../database/digest-id.js';
import type { CallResult } from './step-caller.js';
import type { CachePlan } from './step-plan.js';

/** Longer answers are not kept: a few thousand of them would take the place of all others. */
const LONGEST_TEXT = 256 * 1024;
/** One line per outage, not one per action. */
const TELL_EVERY_MS = 60_000;

/** Of a row beside its answer, roughly. */
const ROW_BYTES = 200;

/** Keeps answers in PostgreSQL, for all processes. While it is away every look is a miss: a cache never fails a step. */
@Injectable()
export class AnswerCache {
  private readonly log = new Logger('HttpStep');
  private readonly finds: Batcher<string, FoundAnswer | null>;
  private readonly puts: Batcher<NewAnswer, undefined>;
  private readonly users: Batcher<NewUsers, undefined>;
  private toldAtMs = -Infinity;

  constructor(repository: AnswerCacheRepository, room: CacheRoom, config: AppConfig) {
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
        await room.admit(answers.reduce((sum, { answer }) => sum + (answer?.length ?? 0) + ROW_BYTES, 0));
        await repository.put(answers);
        return answers.map(() => undefined);
      },
    });
    this.users = new Batcher({
      max: config.batchMax,
      key: ({ key, steps, subjects }) => [key, ...steps, ...subjects].join(),
      write: async (users) => {
        await repository.addUsers(merge(users));
        return users.map(() => undefined);
      },
    });
  }

  /** @param hash of the request, in hexadecimal. */
  async find(hash: string, host: string, user: CacheUser): Promise<CallResult | null> {
    const cached = await this.attempt(async () => {
      const row = await this.finds.submit(toUuid(hash));
      if (row === null) return null;
      // An answer with users that are not written down could neither be cleared nor erased: then it is none.
      if (!isKnown(row, user)) await this.users.submit(toUsers(row.key, user));
      return { ...row, answer: row.answer === null ? null : (JSON.parse(row.answer) as unknown) };
    });
    const outcome = cached === null ? 'miss' : cached.found ? 'hit' : 'negative';
    stepCacheTotal.inc({ host, outcome });
    if (cached === null) return null;
    const { found, status, answer } = cached;
    if (!found) return { kind: 'notFound', status };
    return { kind: 'found', status, answer };
  }

  /** Resolves when the answer is kept: an action that is repeated after a crash finds it, and pays for no second one. */
  async put(hash: string, result: CallResult, { ttlMs, negativeTtlMs }: CachePlan, user: CacheUser): Promise<void> {
    const isFound = result.kind === 'found';
    const lifeMs = isFound ? ttlMs : negativeTtlMs;
    if (lifeMs <= 0) return;
    await this.attempt(async () => {
      const text = isFound && result.answer !== null ? JSON.stringify(result.answer) : null;
      // NUL is escaped in JSON, but a text answer may carry a character that no delimiter is left for.
      if (text !== null && text.length > LONGEST_TEXT) return null;
      const users = toUsers(toUuid(hash), user);
      await this.puts.submit({ ...users, found: isFound, status: result.status, answer: text, ttlMs: lifeMs });
      return null;
    });
  }

  /** Another asked the same at the same time, and its answer is this user's as well. */
  async share(hash: string, user: CacheUser): Promise<void> {
    await this.attempt(async () => {
      await this.users.submit(toUsers(toUuid(hash), user));
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

function toUsers(key: string, { step, subjects }: CacheUser): NewUsers {
  return { key, steps: step === '' ? [] : [step], subjects };
}

/** An answer of many subjects takes no more of them, only steps. */
function isKnown(row: FoundAnswer, { step, subjects }: CacheUser): boolean {
  if (step !== '' && !row.steps.includes(step)) return false;
  const isShared = row.subjects.split(',').length >= SUBJECTS_MAX;
  return isShared || subjects.every((subject) => row.subjects.includes(subject));
}

/** One statement changes a row once. */
function merge(users: readonly NewUsers[]): NewUsers[] {
  const byKey = new Map<string, { steps: Set<string>; subjects: Set<string> }>();
  for (const { key, steps, subjects } of users) {
    const known = byKey.get(key) ?? { steps: new Set(), subjects: new Set() };
    byKey.set(key, known);
    for (const step of steps) known.steps.add(step);
    for (const subject of subjects) known.subjects.add(subject);
  }
  return [...byKey].map(([key, { steps, subjects }]) => ({ key, steps: [...steps], subjects: [...subjects] }));
}
