import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { PingRepository } from './ping.repository.js';
import { PostgresProbe } from './postgres-probe.js';
import { Readiness } from './readiness.js';

/** Answers probes in every role. The probes' own log is off: a process that is away would fill it. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [PingRepository, PostgresProbe, Readiness],
})
export class HealthModule {}
