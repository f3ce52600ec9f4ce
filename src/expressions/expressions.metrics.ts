import { Counter, Histogram } from 'prom-client';

/** Subjects that an expression was evaluated for in a thread, by outcome. */
export const expressionsTotal = new Counter({
  name: 'ricochet_expressions_total',
  help: 'Subjects that an expression was evaluated for in a thread.',
  labelNames: ['outcome'] as const,
});

/** Threads that were ended because an expression did not keep to its limits. */
export const expressionThreadsEndedTotal = new Counter({
  name: 'ricochet_expression_threads_ended_total',
  help: 'Threads ended because an expression ran too long, needed too much memory, or broke its thread.',
  labelNames: ['reason'] as const,
});

/** Seconds from the call to its results, waiting for a thread included. */
export const expressionSeconds = new Histogram({
  name: 'ricochet_expression_seconds',
  help: 'Duration of calls that evaluate an expression in a thread, waiting included.',
  buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10],
});
