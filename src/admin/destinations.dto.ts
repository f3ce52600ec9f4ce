import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { ERROR_CLASSES, type ErrorClass } from '../delivery/answer.js';
import { SCOPE_OWNER_KINDS, type ScopeOwnerKind } from '../delivery/delivery-channel.js';
import { IsPlainText } from '../http/field-rules.js';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import { AttemptCounts } from '../statistics/statistics.dto.js';
import { STATISTICS_WINDOWS, type StatisticsWindow } from '../statistics/windows.js';

export const DESTINATION_STATES = Object.freeze(['well', 'open', 'halfOpen', 'throttled', 'off', 'paused'] as const);
export type DestinationState = (typeof DESTINATION_STATES)[number];

/** Counting stops here: an outage may leave a million behind it. */
export const COUNTED_MAX = 10_000;

/** Which destinations to list. */
export class ListDestinationsQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only those that are not well' })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  troubled: boolean = false;

  @ApiPropertyOptional({ example: 'adobe', description: 'A channel of this service' })
  @IsOptional()
  @IsPlainText()
  channel?: string;

  @ApiPropertyOptional({ enum: STATISTICS_WINDOWS, default: '1h', description: 'How far back the counts reach' })
  @IsOptional()
  @IsOneOf(STATISTICS_WINDOWS)
  window: StatisticsWindow = '1h';
}

/** Deliveries of a destination that wait, and those that need a person. Counting stops at 10,000 of each. */
export class WaitingCounts {
  @ApiProperty({ example: 12 }) pending!: number;
  @ApiProperty({ example: 0 }) delivering!: number;
  @ApiProperty({ example: 0 }) held!: number;
}

/** The one that callbacks to a destination are made for. */
export class DestinationOwner {
  @ApiProperty({ enum: SCOPE_OWNER_KINDS, example: 'company' }) kind!: ScopeOwnerKind;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'acme',
    description: 'company_id, mage_id, or the name of the client or notice; null: it is gone',
  })
  name!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: there is none, or none any more' })
  registration!: string | null;
}

/** The newest attempt that failed. */
export class LastFailure {
  @ApiProperty({ type: String, format: 'date-time' }) at!: Date;
  @ApiProperty({ type: Number, nullable: true, example: 500, description: 'Null: no answer' }) status!: number | null;
  @ApiProperty({ enum: ERROR_CLASSES, example: 'server_error' }) errorClass!: ErrorClass;
  @ApiProperty({ type: String, nullable: true, example: null }) error!: string | null;
  @ApiProperty({ format: 'uuid' }) deliveryId!: string;
}

/** A receiver: an owner's scope and an origin, with its breaker, throttle and switch. */
export class DestinationView {
  @ApiProperty({ format: 'uuid', example: '5f0c7a52-3d1e-5c1b-9d6b-0a5f3c1b8e10' }) id!: string;
  @ApiProperty({ example: 'adobe' }) channel!: string;
  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg', description: 'A tenant, or the id of a registration' })
  scope!: string;
  @ApiProperty({ type: DestinationOwner, nullable: true, description: 'Null: the scope is an organisation' })
  owner!: DestinationOwner | null;

  @ApiProperty({ example: 'https://platform.adobe.io' }) origin!: string;

  @ApiProperty({
    enum: DESTINATION_STATES,
    example: 'well',
    description:
      'open: left alone after failures. halfOpen: one delivery tries it. throttled: it asked for fewer requests. off: see ' +
      'reason. paused: by an administrator',
  })
  state!: DestinationState;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it is off or paused' })
  reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'When it is tried again',
  })
  openUntil!: Date | null;

  @ApiProperty({ example: 0, description: 'How often in a row it was opened' }) openCount!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) throttledUntil!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Its registration has another address since then; nothing is sent here any more',
  })
  leftAt!: Date | null;

  @ApiProperty({
    type: LastFailure,
    nullable: true,
    description: 'Of deliveries that wait, and of the newest of a registration; null in a list, or where there is none',
  })
  lastFailure!: LastFailure | null;

  @ApiProperty({ type: WaitingCounts }) waiting!: WaitingCounts;
  @ApiProperty({ type: AttemptCounts, description: 'Of the window' }) attempts!: AttemptCounts;
}

/** A page of destinations, in the order of their ids. */
export class DestinationPage {
  @ApiProperty({ type: [DestinationView] }) items!: DestinationView[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page' })
  nextCursor!: string | null;
}
