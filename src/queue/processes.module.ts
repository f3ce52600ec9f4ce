import { Module } from '@nestjs/common';
import { ProcessBeat } from './process-beat.js';
import { ProcessBeatsRepository } from './process-beats.repository.js';

/** Says that this process lives, and knows who else does. */
@Module({ providers: [ProcessBeatsRepository, ProcessBeat], exports: [ProcessBeatsRepository, ProcessBeat] })
export class ProcessesModule {}
