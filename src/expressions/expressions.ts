import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { type CompiledExpression, compileExpression } from './compile-expression.js';
import type { ExpressionOutcome } from './expression-outcome.js';
import { ExpressionPool, type RunLimits } from './expression-pool.js';
import { expressionSeconds, expressionsTotal } from './expressions.metrics.js';

/**
 * JSONata for steps, mappings and conditions. Expressions are evaluated in threads that can be ended, never in the thread
 * that serves requests. The threads start with the first evaluation.
 */
@Injectable()
export class Expressions implements OnApplicationShutdown {
  private pool: ExpressionPool | null = null;
  private closed = false;

  constructor(private readonly config: AppConfig) {}

  /**
   * @param where the place of the expression in its file, for the message.
   * @throws ExpressionSyntaxError with line and column.
   */
  compile(source: string, where: string): CompiledExpression {
    return compileExpression(source, where);
  }

  /**
   * Evaluates an expression for many subjects: plain data, one message, one time for all of them.
   * Never rejects. One outcome per subject, in order; when the time is up, those that were done keep their values.
   */
  async evaluateMany(
    expression: CompiledExpression,
    subjects: readonly unknown[],
    options: RunLimits,
  ): Promise<readonly ExpressionOutcome[]> {
    if (subjects.length === 0) return [];
    if (this.closed) return subjects.map(() => ({ kind: 'timeout' }));
    this.pool ??= new ExpressionPool(this.config.expressions);
    const stop = expressionSeconds.startTimer();
    const outcomes = await this.pool.run(expression.source, subjects, options);
    stop();
    for (const { kind } of outcomes) expressionsTotal.inc({ outcome: kind });
    return outcomes;
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.pool?.close();
  }
}
