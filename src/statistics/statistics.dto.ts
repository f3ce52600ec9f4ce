import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsOneOf } from '../http/one-of.js';
import { UUID } from '../http/uuid.pipe.js';
import { STATISTICS_WINDOWS, type StatisticsWindow } from './windows.js';

const MS = {
  type: Number,
  nullable: true,
  description: 'Interpolated between bounds a factor of 1.4 apart; null: nothing was delivered',
} as const;

/** How far back to look. */
export class StatisticsQuery {
  @ApiPropertyOptional({ enum: STATISTICS_WINDOWS, default: '1h' })
  @IsOptional()
  @IsOneOf(STATISTICS_WINDOWS)
  window: StatisticsWindow = '1h';
}

/** Of which destination, and how far back. */
export class DestinationStatisticsQuery extends StatisticsQuery {
  @ApiProperty({ format: 'uuid', example: '5f0c7a52-3d1e-5c1b-9d6b-0a5f3c1b8e10' })
  @Matches(UUID, { message: 'must be the id of a destination' })
  destination!: string;
}

/** How often something failed in one way. */
export class ErrorCountView {
  @ApiProperty({ example: 'answered 503' }) error!: string;
  @ApiProperty({ example: 12 }) count!: number;
}

/** The outcomes of a service's actions. */
export class ActionCounts {
  @ApiProperty({ example: 1200, description: 'Requests accepted' }) accepted!: number;
  @ApiProperty({ example: 1180, description: 'Called back' }) delivered!: number;
  @ApiProperty({ example: 4, description: 'Given up or expired without their callback' }) failed!: number;

  @ApiProperty({ type: Number, nullable: true, example: 0.9966, description: 'Of what ended; null: nothing did' })
  success!: number | null;

  @ApiProperty({ ...MS, example: 84 }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410 }) p95Ms!: number | null;

  @ApiProperty({
    type: [ErrorCountView],
    description: 'The five most frequent, those of enrichment too: their actions are called back with the failure',
  })
  errors!: readonly ErrorCountView[];
}

/** Attempts at callbacks that failed, whether they are tried again or not. */
export class FailedAttempts {
  @ApiProperty({ example: 12 }) failed!: number;
  @ApiProperty({ type: [ErrorCountView], description: 'The five most frequent' }) errors!: readonly ErrorCountView[];
}

/** The outcomes of all actions, with the attempts at their callbacks. */
export class AllActionCounts extends ActionCounts {
  @ApiProperty({ type: FailedAttempts }) attempts!: FailedAttempts;
}

/** The outcomes of callbacks of events: to companies, to EQP users, and notices. */
export class EventCounts {
  @ApiProperty({ example: 310 }) delivered!: number;
  @ApiProperty({ example: 3, description: 'Given up or expired' }) failed!: number;

  @ApiProperty({ type: Number, nullable: true, example: 0.9904, description: 'Of what ended; null: nothing did' })
  success!: number | null;

  @ApiProperty({ ...MS, example: 84 }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410 }) p95Ms!: number | null;

  @ApiProperty({ type: [ErrorCountView], description: 'Of those that failed, the five most frequent' })
  errors!: readonly ErrorCountView[];

  @ApiProperty({ type: FailedAttempts }) attempts!: FailedAttempts;
}

/** One step of the chart of callbacks of events. */
export class EventsPoint {
  @ApiProperty({ type: String, format: 'date-time', description: 'The beginning of the step' }) at!: Date;
  @ApiProperty({ example: 20 }) delivered!: number;
  @ApiProperty({ example: 0 }) failed!: number;
  @ApiProperty({ ...MS, example: 84 }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410 }) p95Ms!: number | null;
}

/** One service among all. */
export class ServiceCounts extends ActionCounts {
  @ApiProperty({ example: 'email-validation' }) service!: string;
}

/** One step of a chart. */
export class CountsPoint {
  @ApiProperty({ type: String, format: 'date-time', description: 'The beginning of the step' }) at!: Date;
  @ApiProperty({ example: 20 }) accepted!: number;
  @ApiProperty({ example: 20 }) delivered!: number;
  @ApiProperty({ example: 0 }) failed!: number;
  @ApiProperty({ ...MS, example: 84 }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410 }) p95Ms!: number | null;
}

/** All services together, in steps, and each by itself. */
export class StatisticsView {
  @ApiProperty({ enum: STATISTICS_WINDOWS, example: '1h' }) window!: StatisticsWindow;
  @ApiProperty({ example: 60, description: 'Seconds of each step' }) stepSeconds!: number;
  @ApiProperty({ type: AllActionCounts }) total!: AllActionCounts;

  @ApiProperty({ type: [CountsPoint], description: 'The oldest first; steps in which nothing happened are left out' })
  points!: CountsPoint[];

  @ApiProperty({ type: EventCounts }) events!: EventCounts;
  @ApiProperty({ type: [EventsPoint], description: 'As points' }) eventPoints!: EventsPoint[];

  @ApiProperty({ type: [ServiceCounts], description: 'Every service that is configured' })
  services!: ServiceCounts[];
}

/** The outcomes of the attempts at one destination. */
export class AttemptCounts {
  @ApiProperty({ example: 1200 }) attempts!: number;
  @ApiProperty({ example: 1180, description: 'Attempts that the receiver took' }) delivered!: number;

  @ApiProperty({ type: Number, nullable: true, example: 0.9833, description: 'Of the attempts; null: there were none' })
  success!: number | null;

  @ApiProperty({ ...MS, example: 84, description: 'Of an attempt' }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410, description: 'Of an attempt' }) p95Ms!: number | null;
  @ApiProperty({ type: [ErrorCountView], description: 'The five most frequent' }) errors!: readonly ErrorCountView[];
}

/** One step of a destination's chart. */
export class AttemptsPoint {
  @ApiProperty({ type: String, format: 'date-time', description: 'The beginning of the step' }) at!: Date;
  @ApiProperty({ example: 20 }) attempts!: number;
  @ApiProperty({ example: 20 }) delivered!: number;
  @ApiProperty({ ...MS, example: 84 }) p50Ms!: number | null;
  @ApiProperty({ ...MS, example: 410 }) p95Ms!: number | null;
}

/** One destination, in steps. */
export class DestinationStatisticsView {
  @ApiProperty({ enum: STATISTICS_WINDOWS, example: '1h' }) window!: StatisticsWindow;
  @ApiProperty({ example: 60, description: 'Seconds of each step' }) stepSeconds!: number;
  @ApiProperty({ type: AttemptCounts }) total!: AttemptCounts;
  @ApiProperty({ type: [AttemptsPoint] }) points!: AttemptsPoint[];
}
