import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/config.js';
import { Expressions } from '../../../expressions/expressions.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import { assign, keyOf } from './answer-assignment.js';
import { AnswerCache } from './answer-cache.js';
import { BatchCollector } from './batch-collector.js';
import type { JsonValue } from '../../../http/json-value.js';
import { hashOf } from './request-hash.js';
import type { RenderedRequest } from './request-template.js';
import { BudgetSpentError } from './step-budgets.js';
import { type CallResult, StepCaller } from './step-caller.js';
import type { StepTarget } from './step-client.js';
import type { BatchPlan, CachePlan, StepPlan } from './step-plan.js';
import type { CallTime } from './step-time.js';
import type { CacheUser } from './cache-user.js';
import type { Placeholder, TemplateValues } from './template.js';

/** A subject of a step, which the cache has to know again. */
export interface AskedSubject extends TemplateValues {
  /** @param withPeople whether the question is about the people of an account, too */
  cacheUser(withPeople: boolean): CacheUser;
}

/** The outcome of asking about one subject; `notAsked`: a value is missing, or the budget is spent and the step goes on. */
export type Asked = CallResult | { readonly kind: 'notAsked' };

const NOT_ASKED: Asked = Object.freeze({ kind: 'notAsked' });

/** Asks a system about subjects: from the cache, together with others, or by themselves. */
@Injectable()
export class StepAsker {
  private readonly collectors = new WeakMap<StepPlan, BatchCollector>();
  /** The same question that is under way already is not asked again. */
  private readonly underWay = new Map<string, Promise<Asked>>();

  constructor(
    private readonly caller: StepCaller,
    private readonly cache: AnswerCache,
    private readonly expressions: Expressions,
    private readonly config: AppConfig,
  ) {}

  /** Gives up what is kept of all other systems. */
  keepOnly(targets: readonly StepTarget[]): void {
    this.caller.keepOnly(targets);
  }

  /** @throws EnrichmentError when there is no answer to be had. */
  async ask(plan: StepPlan, subject: AskedSubject, time: CallTime): Promise<Asked> {
    const key = plan.batch === null ? null : keyOf(plan.batch, subject);
    if (key === undefined) return NOT_ASKED;
    const alone = key === null ? subject : new OneOfMany(subject, key);
    const request = plan.request.render(alone);
    if (request === null) return NOT_ASKED;
    try {
      return plan.cache === null
        ? await this.askNow(plan, request, subject, key, time)
        : await this.askCached(plan, plan.cache, request, subject, key, time);
    } catch (error) {
      if (error instanceof BudgetSpentError && plan.budget?.whenSpent === 'skip') return NOT_ASKED;
      throw error;
    }
  }

  private async askCached(
    plan: StepPlan,
    cache: CachePlan,
    request: RenderedRequest,
    subject: AskedSubject,
    key: string | null,
    time: CallTime,
  ): Promise<Asked> {
    const hash = hashOf(plan.request.origin, plan.credential, request, readingOf(plan));
    const user = subject.cacheUser(plan.people !== null);
    for (;;) {
      const others = this.underWay.get(hash);
      if (others === undefined) break;
      const shared = await others.catch((error: unknown) => error as Error);
      // The one that asked ran out of its own time, which may have been shorter.
      if (!(shared instanceof EnrichmentError && shared.code === 'TIMEOUT')) {
        if (shared instanceof Error) throw shared;
        if (shared.kind !== 'notAsked') await this.cache.share(hash, user);
        return shared;
      }
      if (time.signal.aborted) throw shared;
    }
    const asking = this.askAndKeep(plan, cache, hash, user, () => this.askNow(plan, request, subject, key, time));
    this.underWay.set(hash, asking);
    try {
      return await asking;
    } finally {
      if (this.underWay.get(hash) === asking) this.underWay.delete(hash);
    }
  }

  private async askAndKeep(
    plan: StepPlan,
    cache: CachePlan,
    hash: string,
    user: CacheUser,
    askNow: () => Promise<Asked>,
  ): Promise<Asked> {
    const cached = await this.cache.find(hash, plan.request.host, user);
    if (cached !== null) return cached;
    const asked = await askNow();
    if (asked.kind !== 'notAsked') await this.cache.put(hash, asked, cache, user);
    return asked;
  }

  private askNow(
    plan: StepPlan,
    request: RenderedRequest,
    subject: TemplateValues,
    key: string | null,
    time: CallTime,
  ): Promise<Asked> {
    if (plan.batch === null || key === null) return this.caller.call(plan, request, time);
    return this.collectorOf(plan, plan.batch).ask(subject, key, request, time);
  }

  private collectorOf(plan: StepPlan, batch: BatchPlan): BatchCollector {
    let collector = this.collectors.get(plan);
    if (collector === undefined) {
      collector = new BatchCollector({
        plan: batch,
        render: (values) => plan.request.render(values),
        ask: async (request, subjects, time) => {
          const result = await this.caller.call(plan, request, time);
          const limits = { timeoutMs: this.config.expressions.timeoutMs, signal: time.signal };
          return assign(batch, result, subjects, this.expressions, limits);
        },
      });
      this.collectors.set(plan, collector);
    }
    return collector;
  }
}

/** The way an answer is read: two steps that read it differently share no answer. */
function readingOf({ answerAs, notFound, batch }: StepPlan): JsonValue {
  const parts = batch === null ? null : [batch.key.source, batch.answerKey, batch.items?.source ?? null];
  return [answerAs, [...notFound].sort((a, b) => a - b), parts];
}

/** A subject of a batch by itself: what its request would say if nothing else were asked, which is what its hash is of. */
class OneOfMany implements TemplateValues {
  readonly each: readonly TemplateValues[];

  constructor(
    private readonly subject: TemplateValues,
    private readonly key: string,
  ) {
    this.each = [subject];
  }

  read(placeholder: Placeholder): ReturnType<TemplateValues['read']> {
    return placeholder.source === 'keys' ? [this.key] : this.subject.read(placeholder);
  }
}
