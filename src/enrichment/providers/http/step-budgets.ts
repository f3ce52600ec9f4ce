import { Injectable, Logger } from '@nestjs/common';
import { EnrichmentError } from '../../enrichment-provider.js';
import { stepBudgetRefusedTotal } from './http-steps.metrics.js';
import { StepBudgetsRepository } from './step-budgets.repository.js';
import type { BudgetPlan } from './step-plan.js';

/** The requests of a day are spent. A step may be told to go on without an answer. */
export class BudgetSpentError extends EnrichmentError {
  constructor(name: string) {
    super('RATE_LIMIT_EXCEEDED', `the budget ${name} of today is spent; it begins anew at 00:00 UTC`);
    this.name = 'BudgetSpentError';
  }
}

interface Asking {
  readonly grant: (granted: boolean) => void;
  readonly fail: (error: unknown) => void;
}

interface BudgetState {
  waiting: Asking[];
  counting: boolean;
  /** `performance.now()` until which nothing is left; a day that is over is asked about again. */
  spentUntilMs: number;
}

/** Budgets of paid requests, counted in PostgreSQL for all processes. Requests that wait while a count is under way share the next one. */
@Injectable()
export class StepBudgets {
  private readonly log = new Logger('HttpStep');
  private readonly states = new Map<string, BudgetState>();

  constructor(private readonly repository: StepBudgetsRepository) {}

  /**
   * Takes one request out of a budget; a request that fails counts as well.
   * @throws BudgetSpentError when none is left, EnrichmentError when it cannot be counted: then nothing is sent.
   */
  async take(plan: BudgetPlan): Promise<void> {
    const state = this.stateOf(plan);
    if (performance.now() < state.spentUntilMs) throw this.refusal(plan);
    const granted = await new Promise<boolean>((resolve, reject) => {
      state.waiting.push({ grant: resolve, fail: reject });
      if (!state.counting) void this.count(plan, state);
    });
    if (!granted) throw this.refusal(plan);
  }

  private async count(plan: BudgetPlan, state: BudgetState): Promise<void> {
    state.counting = true;
    while (state.waiting.length > 0) {
      const asking = state.waiting.splice(0);
      try {
        const { asked, leftMs } = await this.repository.ask(plan.name, asking.length);
        const before = asked - asking.length;
        if (asked >= plan.perDay) this.note(plan, state, leftMs);
        for (const [index, { grant }] of asking.entries()) grant(before + index < plan.perDay);
      } catch (error) {
        const message = 'the budget of the step cannot be counted at the moment';
        const failure = new EnrichmentError('ENRICHMENT_FAILED', message, { cause: error });
        for (const { fail } of asking) fail(failure);
      }
    }
    state.counting = false;
  }

  private note(plan: BudgetPlan, state: BudgetState, leftMs: number): void {
    const isNews = state.spentUntilMs < performance.now();
    state.spentUntilMs = performance.now() + leftMs;
    if (!isNews) return;
    this.log.warn(`the budget ${plan.name} of ${plan.perDay} requests a day is spent until 00:00 UTC`);
  }

  private refusal(plan: BudgetPlan): BudgetSpentError {
    stepBudgetRefusedTotal.inc({ budget: plan.name });
    return new BudgetSpentError(plan.name);
  }

  private stateOf({ name, perDay }: BudgetPlan): BudgetState {
    const key = `${perDay} ${name}`;
    let state = this.states.get(key);
    if (state === undefined) {
      state = { waiting: [], counting: false, spentUntilMs: -Infinity };
      this.states.set(key, state);
    }
    return state;
  }
}
