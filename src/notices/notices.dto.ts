import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayUnique, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { IsDisplayName } from '../http/field-rules.js';
import { AreAllOf, IsOneOf } from '../http/one-of.js';
import { NOTICE_BOUND_MAX, NOTICE_CAUSES, NOTICE_FORMATS, type NoticeCause, type NoticeFormat } from './notice.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';
const URL_MAX = 2_048;
const STATES = Object.freeze(['active', 'paused'] as const);

const NAME = { example: 'operations in Slack', minLength: 1, maxLength: 100 } as const;
const URL = {
  example: 'https://hooks.slack.com/services/T0001/B0002/example',
  maxLength: URL_MAX,
  description: 'Stored encrypted, and never shown again but for its origin',
} as const;
const CAUSES = { enum: NOTICE_CAUSES, isArray: true, example: ['callbacksDead', 'credentialRefused'] } as const;
const BACKLOG = {
  type: Number,
  nullable: true,
  minimum: 1,
  maximum: NOTICE_BOUND_MAX.backlogRows,
  example: 1000,
  description: 'For the cause backlog: as many requests wait to be enriched',
} as const;
const LAG = {
  type: Number,
  nullable: true,
  minimum: 1,
  maximum: NOTICE_BOUND_MAX.lagSeconds,
  example: 60,
  description: 'For the cause lag: the most urgent request has waited for as many seconds',
} as const;

/** A whole number up to the maximum that its document names, or null. */
function IsBound(documented: typeof BACKLOG | typeof LAG): PropertyDecorator {
  const { maximum } = documented;
  return applyDecorators(
    IsInt({ message: 'must be a whole number' }),
    Min(1, { message: 'must be at least 1' }),
    Max(maximum, { message: `must be at most ${maximum}` }),
    IsOptional(),
    ApiPropertyOptional(documented),
  );
}

/** Any text of the length that an address may have; {@link ./notices-admin.ts} asks the rules for outbound addresses. */
function IsUrlText(): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a text' }),
    MaxLength(URL_MAX, { message: `must have at most ${URL_MAX} characters` }),
  );
}

/** A notice to make. */
export class CreateNotice {
  @ApiProperty(NAME)
  @IsDisplayName()
  name!: string;

  @ApiProperty(URL)
  @IsUrlText()
  url!: string;

  @ApiPropertyOptional({ enum: NOTICE_FORMATS, default: 'json', example: 'slack' })
  @ValidateIf((notice: CreateNotice) => notice.format !== undefined)
  @IsOneOf(NOTICE_FORMATS)
  format?: NoticeFormat;

  @ApiProperty(CAUSES)
  @ArrayUnique({ message: 'must name each once' })
  @AreAllOf(NOTICE_CAUSES)
  causes!: NoticeCause[];

  @IsBound(BACKLOG)
  backlogRows?: number | null;

  @IsBound(LAG)
  lagSeconds?: number | null;
}

/** Changes of a notice; fields left out stay as they are. */
export class ChangeNotice {
  @ApiPropertyOptional(NAME)
  @ValidateIf((change: ChangeNotice) => change.name !== undefined)
  @IsDisplayName()
  name?: string;

  @ApiPropertyOptional(URL)
  @ValidateIf((change: ChangeNotice) => change.url !== undefined)
  @IsUrlText()
  url?: string;

  @ApiPropertyOptional({ enum: NOTICE_FORMATS, example: 'teams' })
  @ValidateIf((change: ChangeNotice) => change.format !== undefined)
  @IsOneOf(NOTICE_FORMATS)
  format?: NoticeFormat;

  @ApiPropertyOptional(CAUSES)
  @ValidateIf((change: ChangeNotice) => change.causes !== undefined)
  @ArrayUnique({ message: 'must name each once' })
  @AreAllOf(NOTICE_CAUSES)
  causes?: NoticeCause[];

  @IsBound(BACKLOG)
  backlogRows?: number | null;

  @IsBound(LAG)
  lagSeconds?: number | null;
}

/** A notice, without its address and its secret. */
export class NoticeView {
  @ApiProperty({ format: 'uuid', example: ID }) id!: string;
  @ApiProperty({ example: 'operations in Slack' }) name!: string;
  @ApiProperty({ enum: STATES, example: 'active' }) state!: (typeof STATES)[number];
  @ApiProperty({ enum: NOTICE_FORMATS, example: 'slack' }) format!: NoticeFormat;
  @ApiProperty(CAUSES) causes!: readonly NoticeCause[];
  @ApiProperty(BACKLOG) backlogRows!: number | null;
  @ApiProperty(LAG) lagSeconds!: number | null;
  @ApiProperty({ example: 'https://hooks.slack.com', description: 'Of its address' }) origin!: string;

  @ApiProperty({ format: 'uuid', example: ID, description: 'Its messages are the deliveries of this destination' })
  destinationId!: string;

  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time' }) updatedAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'When it wrote last, tests left out; null: not yet',
  })
  lastSentAt!: Date | null;
}

/** A notice that was made, with the secret of its signatures. */
export class IssuedNotice extends NoticeView {
  @ApiProperty({ example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', description: 'Shown only now' })
  signingSecret!: string;
}

/** A page of notices, the newest first. */
export class NoticePage {
  @ApiProperty({ type: [NoticeView] }) items!: NoticeView[];
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page' })
  nextCursor!: string | null;
}

/** A secret that signs from now on; the one before signs beside it for a day. */
export class NoticeSecret {
  @ApiProperty({ example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' }) signingSecret!: string;
}

/** A test message that is on its way. */
export class NoticeTestReceipt {
  @ApiProperty({ format: 'uuid', example: ID }) deliveryId!: string;
}
