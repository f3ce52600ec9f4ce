import { Module } from '@nestjs/common';
import { TrafficLog } from './traffic-log.js';

/** Imported by every module that writes lines of traffic; one log per process. */
@Module({ providers: [TrafficLog], exports: [TrafficLog] })
export class LoggingModule {}
