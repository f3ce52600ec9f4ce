import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ReadinessReport } from './readiness.js';

/** The event loop turns. */
export class LiveView {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

/** Whether requests should be sent here. */
export class ReadyView implements ReadinessReport {
  @ApiProperty({
    enum: ['ok', 'degraded', 'unavailable'],
    description: 'degraded serves: the queue is away, and polls find the work',
  })
  status!: ReadinessReport['status'];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'degraded', 'down'] },
    example: { serving: 'up', postgres: 'up', migrations: 'up', queue: 'up' },
  })
  checks!: Readonly<Record<string, string>>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The reason of a check that is down, by its name, where it is known',
    example: { postgres: 'commits wait for a synchronous standby that does not answer' },
  })
  reasons?: Readonly<Record<string, string>>;
}

/** Whether the database is as this version expects it. */
export class StartupView {
  @ApiProperty({ enum: ['ok', 'waiting for migrations'] })
  status!: 'ok' | 'waiting for migrations';
}
