import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { type CompiledExpression, compileExpression } from './compile-expression.js';
import type { ExpressionOutcome } from './expression-outcome.js';
import { ExpressionPool, type RunLimits } from './expression-pool.js';
import { UNDECIDED } from './inline-condition.js';
import { expressionSeconds, expressionsTotal } from './expressions.metrics.js';

/** More people are several messages: threads share them, and a slow one costs its neighbours alone. */
const SUBJECTS_PER_MESSAGE = 100;

/**
 * JSONata for steps, mappings and conditions. Expressions are evaluated in threads that can be ended, never in the thread
 * that serves requests. The threads start with the first evaluation.
 */
@Injectable()
export class Expressions implements OnApplicationShutdown {
  private pool: ExpressionPool | null = null;
  /** Threads that end when what they evaluate is done. */
  private readonly leaving = new Set<ExpressionPool>();
  private closed = false;

  constructor(private readonly config: AppConfig) {}

  /** How many threads there are: none before the first evaluation. */
  get threads(): number {
    return this.pools().reduce((count, pool) => count + pool.threads, 0);
  }

  /**
   * Lets the threads go, with all that they have compiled, as soon as what they evaluate is done; the next evaluation
   * starts others. For a reload that left expressions behind: telling each thread what to forget lost, because a thread
   * without work listens to nothing.
   */
  renew(): void {
    const { pool } = this;
    this.pool = null;
    if (pool === null) return;
    this.leaving.add(pool);
    void pool.retire().then(() => this.leaving.delete(pool));
  }

  /**
   * @param where the place of the expression in its file, for the message.
   * @throws ExpressionSyntaxError with line and column.
   */
  compile(source: string, where: string): CompiledExpression {
    return compileExpression(source, where);
  }

  /**
   * Evaluates an expression for many subjects, which are plain data. Each hundred of them is one message with one time;
   * when the time is up, those that were done keep their values.
   * Never rejects. One outcome per subject, in order.
   */
  async evaluateMany(
    expression: CompiledExpression,
    subjects: readonly unknown[],
    options: RunLimits,
  ): Promise<readonly ExpressionOutcome[]> {
    const inline = evaluateInline(expression, subjects);
    if (inline !== null) return inline;
    if (this.closed) return subjects.map(() => ({ kind: 'timeout' }));
    this.pool ??= new ExpressionPool(this.config.expressions);
    const stop = expressionSeconds.startTimer();
    const outcomes = await runInParts(this.pool, expression.source, subjects, options);
    stop();
    for (const { kind } of outcomes) expressionsTotal.inc({ outcome: kind });
    return outcomes;
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await Promise.all(this.pools().map((pool) => pool.close()));
  }

  private pools(): ExpressionPool[] {
    return this.pool === null ? [...this.leaving] : [this.pool, ...this.leaving];
  }
}

/** @returns null where a thread has to do it. */
function evaluateInline(
  { inline }: CompiledExpression,
  subjects: readonly unknown[],
): readonly ExpressionOutcome[] | null {
  if (subjects.length === 0) return [];
  if (inline === null) return null;
  const values = subjects.map(inline);
  return values.includes(UNDECIDED) ? null : values.map((value) => ({ kind: 'value', value }));
}

async function runInParts(
  pool: ExpressionPool,
  source: string,
  subjects: readonly unknown[],
  options: RunLimits,
): Promise<readonly ExpressionOutcome[]> {
  if (subjects.length <= SUBJECTS_PER_MESSAGE) return pool.run(source, subjects, options);
  const parts: Promise<readonly ExpressionOutcome[]>[] = [];
  for (let at = 0; at < subjects.length; at += SUBJECTS_PER_MESSAGE) {
    parts.push(pool.run(source, subjects.slice(at, at + SUBJECTS_PER_MESSAGE), options));
  }
  return (await Promise.all(parts)).flat();
}
