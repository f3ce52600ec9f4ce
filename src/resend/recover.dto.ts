import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { RECOVERABLE_STATUSES, type RecoverableStatus } from './failed-deliveries.js';
import { AreAllOf, IsOneOf } from '../http/one-of.js';
import { IsMoment, IsPlainText } from '../http/field-rules.js';
import { PageQuery } from '../http/page-query.dto.js';

const JOB_STATES = ['running', 'paused', 'done', 'cancelled'] as const;
/** How many of each reason. */
const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;
type JobState = (typeof JOB_STATES)[number];

/** Which failed deliveries to send again, and how fast. Every filter narrows. */
export class RecoverRequest {
  @ApiPropertyOptional({
    example: 'https://platform.adobe.io/journey/',
    description: 'Id of a destination, an origin, or the beginning of a URL, without query',
  })
  @IsOptional()
  @IsPlainText()
  endpoint?: string;

  @ApiPropertyOptional({ example: 'adobe', description: 'A channel of this service; a refusal lists them' })
  @IsOptional()
  @IsPlainText()
  channel?: string;

  @ApiPropertyOptional({
    example: 'email-validation',
    description: 'apiName of a service that is configured or has actions',
  })
  @IsOptional()
  @IsPlainText()
  service?: string;

  @ApiPropertyOptional({ example: '1234567890ABCDEF@AdobeOrg', description: 'The IMS organisation' })
  @IsOptional()
  @IsPlainText()
  tenant?: string;

  @ApiPropertyOptional({ type: String, example: '2026-11-20T08:00:00Z', description: 'Deliveries made then or later' })
  @IsOptional()
  @IsMoment()
  since?: string;

  @ApiPropertyOptional({
    type: String,
    example: '2026-11-20T09:30:00Z',
    description: 'Deliveries made before; otherwise before now',
  })
  @IsOptional()
  @IsMoment()
  until?: string;

  @ApiPropertyOptional({
    enum: RECOVERABLE_STATUSES,
    isArray: true,
    default: ['dead', 'held'],
    description: 'One status, or a list. Expired deliveries are sent with force only',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsOptional()
  @AreAllOf(RECOVERABLE_STATUSES)
  status?: RecoverableStatus[];

  @ApiPropertyOptional({
    default: false,
    description: 'Send also deliveries past their time, with 15 minutes to arrive',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  force?: boolean;

  @ApiPropertyOptional({
    default: false,
    description:
      'If a registration has moved to another origin, its dead deliveries go there; otherwise they are skipped as `moved`',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  toCurrentUrl?: boolean;

  @ApiPropertyOptional({ default: false, example: true, description: 'Only count deliveries, and show ten' })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  dryRun?: boolean;

  @ApiPropertyOptional({ default: 50, minimum: 1, maximum: 1000, description: 'Over all processes together' })
  @IsOptional()
  @Max(1_000, { message: 'must be at most 1000' })
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number' })
  ratePerSecond?: number;
}

/** A matching delivery. */
export class RecoverSample {
  @ApiProperty({ format: 'uuid' })
  deliveryId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null when no action owns the delivery' })
  requestId!: string | null;

  @ApiProperty({ example: 'adobe' })
  channel!: string;

  @ApiProperty({ type: String, nullable: true, example: 'email-validation' })
  service!: string | null;

  @ApiProperty({ enum: RECOVERABLE_STATUSES, example: 'dead' })
  status!: RecoverableStatus;

  @ApiProperty({ example: 'https://platform.adobe.io/journey/callback', description: 'Without its query' })
  url!: string;

  @ApiProperty({ type: Number, nullable: true, example: 503 })
  lastStatus!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'answered 503; every attempt of the schedule was made' })
  lastError!: string | null;
}

/** The result of a dry run. Nothing was changed. */
export class RecoverPreview {
  @ApiProperty({ enum: [true], example: true })
  dryRun!: true;

  @ApiProperty({ example: 1250 })
  matched!: number;

  @ApiProperty({ example: 1200, description: 'How many of them would be sent' })
  wouldSend!: number;

  @ApiProperty({ ...COUNTS, example: { overdue: 50 }, description: 'How many of them would not be sent, by reason' })
  wouldSkip!: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    example: { pending: 3 },
    description:
      'Deliveries that the other filters fit and that have another status, by status; only the newest 10,000 deliveries of the time are looked at',
  })
  otherStatuses!: Record<string, number>;

  @ApiProperty({ type: [RecoverSample], description: 'The oldest ten' })
  sample!: RecoverSample[];
}

/** A job that sends again; it goes on over restarts. */
export class RecoverReceipt {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;

  @ApiProperty({ example: 1250 })
  matched!: number;
}

/** The request of a job, normalised. */
export class RecoveryFilterView {
  @ApiProperty({ enum: RECOVERABLE_STATUSES, isArray: true, example: ['dead'] })
  statuses!: readonly RecoverableStatus[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  destinationId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://platform.adobe.io' })
  origin!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '/journey/' })
  pathPrefix!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'adobe' })
  channel!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  service!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  tenant!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T08:00:00.000Z' })
  since!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  until!: string | null;
}

/** How far a job got. */
export class RecoveryProgress {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;

  @ApiProperty({ enum: JOB_STATES, example: 'running' })
  state!: JobState;

  @ApiProperty({ type: RecoveryFilterView, description: 'The filter of the job' })
  filter!: RecoveryFilterView;

  @ApiProperty({ example: false })
  force!: boolean;

  @ApiProperty({ example: 50 })
  ratePerSecond!: number;

  @ApiProperty({ example: 1250 })
  matched!: number;

  @ApiProperty({ example: 900 })
  resent!: number;

  @ApiProperty({
    example: 50,
    description: 'Not sent: the rules forbid it, or the delivery changed meanwhile',
  })
  skipped!: number;

  @ApiProperty({ ...COUNTS, example: { overdue: 48, changed: 2 } })
  skippedBecause!: Record<string, number>;

  @ApiProperty({ example: 0, description: 'Postgres refused the row; the log says why' })
  failed!: number;

  @ApiProperty({ example: 300, description: 'Not looked at yet; a cancelled job leaves these' })
  remaining!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

/** Which jobs to list, the newest first. */
export class ListRecoveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: JOB_STATES })
  @IsOptional()
  @IsOneOf(JOB_STATES)
  state?: JobState;
}

/** A page of jobs. */
export class RecoveryPage {
  @ApiProperty({ type: [RecoveryProgress] })
  items!: RecoveryProgress[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}
