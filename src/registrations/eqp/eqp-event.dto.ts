import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MinLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { readMoment } from './eqp-time.js';
import { MAGE_ID } from './eqp-users.dto.js';
import {
  CALLBACK_EVENTS,
  type CallbackEvent,
  EQP_FLOWS,
  type EqpFlow,
  MARKETING_STATUSES,
  type MarketingStatus,
  OVERALL_STATUSES,
  type OverallStatus,
  PLAIN_TEXT,
  TECHNICAL_STATUSES,
  type TechnicalStatus,
  TOOL_RESULTS,
} from './eqp-values.js';

type Rule = (target: object, key: string) => void;

const oneOf = (values: readonly string[]): PropertyDecorator =>
  IsIn(values, { message: `must be one of ${values.join(', ')}` });

/** UTF-16 units, so that every id that is accepted can be asked for again in a path. */
const ID_MAX_LENGTH = 255;

/** An id of the marketplace; a whole number is taken as its digits. */
const Id = (each = false): Rule => {
  const rules = [
    IsString({ each, message: 'must be a string' }),
    MinLength(1, { each, message: 'must not be empty' }),
    // Counted as they are stored: MaxLength counts some pairs of characters as one, or as none.
    ValidateBy({
      name: 'fits',
      validator: {
        validate: (value) => [value].flat().every((item) => typeof item !== 'string' || item.length <= ID_MAX_LENGTH),
        defaultMessage: () => `must have at most ${ID_MAX_LENGTH} characters`,
      },
    }),
    Matches(PLAIN_TEXT, { each, message: 'must be text without control characters' }),
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(toDigits) : toDigits(value))),
  ];
  return (target, key) => rules.forEach((rule) => rule(target, key));
};

function toDigits(value: unknown): unknown {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value;
}

const Moment = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) => typeof value === 'string' && readMoment(value) !== null,
      defaultMessage: () => 'must be YYYY-MM-DD HH:MM:SS in UTC',
    },
  });

/** A file was scanned. */
export class MalwareScanInfo {
  @ApiProperty({ example: '2309480238.238475.0' })
  @Id()
  file_upload_id!: string;

  @ApiProperty({ enum: TOOL_RESULTS, example: 'passed', description: 'Sent as passed or failed' })
  @oneOf(TOOL_RESULTS)
  tool_result!: (typeof TOOL_RESULTS)[number];

  @ApiPropertyOptional({
    type: [String],
    example: ['s5w9k703ru'],
    description: 'Shown with the file, not sent; left out: as before',
  })
  @IsOptional()
  @Id(true)
  @ArrayMaxSize(1000, { message: 'must have at most 1000 entries' })
  @IsArray({ message: 'must be a list' })
  submission_ids?: string[];

  @ApiPropertyOptional({ example: '2026-11-21 19:20:21', description: 'UTC; left out: now' })
  @IsOptional()
  @Moment()
  modified_at?: string;
}

/** Where a submission stands, by review. */
export class EqpStatus {
  @ApiProperty({ enum: OVERALL_STATUSES, example: 'in_progress' })
  @oneOf(OVERALL_STATUSES)
  overall!: OverallStatus;

  @ApiProperty({ enum: TECHNICAL_STATUSES, example: 'draft' })
  @oneOf(TECHNICAL_STATUSES)
  technical!: TechnicalStatus;

  @ApiProperty({ enum: MARKETING_STATUSES, example: 'approved' })
  @oneOf(MARKETING_STATUSES)
  marketing!: MarketingStatus;
}

/** A submission moved. */
export class StatusUpdateInfo {
  @ApiProperty({ example: 's5w9k703ru' })
  @Id()
  submission_id!: string;

  @ApiPropertyOptional({ example: 'user_upload_version_1' })
  @IsOptional()
  @Id()
  item_id?: string;

  @ApiProperty({ enum: EQP_FLOWS, example: 'marketing' })
  @oneOf(EQP_FLOWS)
  eqp_flow!: EqpFlow;

  @ApiProperty({ type: String, example: 'approved', description: 'eqp_status of the eqp_flow' })
  @oneOf([...new Set<string>([...TECHNICAL_STATUSES, ...MARKETING_STATUSES])])
  current_status!: TechnicalStatus | MarketingStatus;

  @ApiProperty({ type: EqpStatus })
  @ValidateNested()
  @Type(() => EqpStatus)
  @IsObject({ message: 'must be an object' })
  eqp_status!: EqpStatus;

  @ApiPropertyOptional({ example: '2026-11-21 19:20:21', description: 'UTC; left out: now' })
  @IsOptional()
  @Moment()
  modified_at?: string;
}

/** An event to call a user back about. */
@ApiExtraModels(MalwareScanInfo, StatusUpdateInfo)
export class PublishEqpEvent {
  @ApiProperty({ example: 'MAG123456789' })
  @Matches(MAGE_ID, { message: 'must be the mage_id of a user' })
  mage_id!: string;

  @ApiProperty({ enum: CALLBACK_EVENTS, example: 'eqp_status_update' })
  @oneOf(CALLBACK_EVENTS)
  callback_event!: CallbackEvent;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(StatusUpdateInfo) }, { $ref: getSchemaPath(MalwareScanInfo) }],
    description: 'By callback_event',
  })
  @IsObject({ message: 'must be an object' })
  update_info!: Record<string, unknown>;
}

/** An event that is queued. */
export class EqpEventReceipt {
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' })
  event_id!: string;

  @ApiProperty({ example: 2, description: 'One per callback of the user' })
  deliveries!: number;
}
