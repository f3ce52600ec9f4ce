import { Injectable } from '@nestjs/common';
import type { ActionErrorCode } from '../actions/action-result.js';
import type { PipelineStep } from '../catalog/service-definition.js';
import { AppConfig } from '../config/config.js';
import type { CompiledExpression } from '../expressions/compile-expression.js';
import type { ExpressionOutcome } from '../expressions/expression-outcome.js';
import { Expressions } from '../expressions/expressions.js';
import type { EnrichmentSubject } from './enrichment-provider.js';
import { type ExpressionContext, toExpressionSubject } from './expression-subject.js';
import type { WaterfallSearch } from './waterfall-search.js';

/** The answer of a condition. One that cannot say true or false is a failure, never false. */
export type Verdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'unmet' }
  | { readonly kind: 'failed'; readonly code: ActionErrorCode; readonly reason: string };

const MET: Verdict = Object.freeze({ kind: 'met' });
const UNMET: Verdict = Object.freeze({ kind: 'unmet' });

/** Evaluates the conditions of steps: once for a lead, an account, or an account with its people. */
@Injectable()
export class Conditions {
  constructor(
    private readonly expressions: Expressions,
    private readonly config: AppConfig,
  ) {}

  /** The waterfall's condition first, once for all of its steps; then the step's own. Never rejects. */
  async checkStep(
    { when }: PipelineStep,
    search: WaterfallSearch | null,
    subject: EnrichmentSubject,
    context: ExpressionContext,
    budgetMs: number,
  ): Promise<Verdict> {
    const shared = search?.waterfall.when;
    if (search !== null && shared !== undefined && !search.isChecked) {
      search.isChecked = true;
      const verdict = await this.check(shared, subject, context, budgetMs);
      if (verdict.kind === 'unmet') search.leaveOut();
      if (verdict.kind === 'failed') search.giveUp();
      if (verdict.kind !== 'met') return verdict;
    }
    return when === undefined ? MET : this.check(when, subject, context, budgetMs);
  }

  /** Of one condition, a step's own or that of its waterfall. */
  protected async check(
    condition: CompiledExpression,
    subject: EnrichmentSubject,
    context: ExpressionContext,
    budgetMs: number,
  ): Promise<Verdict> {
    const timeoutMs = Math.max(1, Math.min(this.config.expressions.timeoutMs, budgetMs));
    const subjects = [toExpressionSubject(subject, context)];
    const [outcome] = await this.expressions.evaluateMany(condition, subjects, { timeoutMs, totalMs: budgetMs });
    return outcome === undefined ? failed('TIMEOUT', 'took too long') : read(outcome);
  }
}

function read(outcome: ExpressionOutcome): Verdict {
  switch (outcome.kind) {
    case 'value':
      if (typeof outcome.value === 'boolean') return outcome.value ? MET : UNMET;
      return failed('ENRICHMENT_FAILED', `is ${nameOf(outcome.value)} instead of true or false`);
    case 'error': {
      const place = outcome.position === undefined ? '' : ` at character ${outcome.position}`;
      return failed('ENRICHMENT_FAILED', `failed${place}: ${outcome.message} (${outcome.code})`);
    }
    case 'timeout':
      return failed('TIMEOUT', 'took too long');
    default:
      return outcome satisfies never;
  }
}

function failed(code: ActionErrorCode, problem: string): Verdict {
  return { kind: 'failed', code, reason: `the condition ${problem}` };
}

/** The kind of a value, never the value: it may be a person's. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing (a field is missing)';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    default:
      return 'an object';
  }
}
