import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { startAtZero } from '../counters/zero-series.js';
import { Expressions } from './expressions.js';
import { expressionThreadsEndedTotal, expressionsTotal } from './expressions.metrics.js';

/** Provides {@link Expressions} everywhere. */
@Global()
@Module({ providers: [Expressions], exports: [Expressions] })
export class ExpressionsModule implements OnModuleInit {
  onModuleInit(): void {
    startAtZero(expressionsTotal, { outcome: ['value', 'error', 'timeout'] });
    startAtZero(expressionThreadsEndedTotal, { reason: ['timeout', 'memory', 'crash'] });
  }
}
