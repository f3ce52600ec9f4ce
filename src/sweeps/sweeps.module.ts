import { Global, Module } from '@nestjs/common';
import { SweepLoops } from './sweep-loops.js';

/** Provides {@link SweepLoops} everywhere. Apart from the queue, which works without a schema. */
@Global()
@Module({ providers: [SweepLoops], exports: [SweepLoops] })
export class SweepsModule {}
