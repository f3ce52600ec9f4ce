import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { ERROR_CLASSES, type ErrorClass } from '../delivery/answer.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.js';
import { IsMoment, IsPlainText } from '../http/field-rules.js';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import { UUID } from '../http/uuid.pipe.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

/** Which deliveries to list: every filter narrows, pages go from the newest to the oldest. */
export class ListDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'adobe', description: 'A channel of this service; a refusal lists them' })
  @IsOptional()
  @IsPlainText()
  channel?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, example: 'dead' })
  @IsOptional()
  @IsOneOf(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'Id of a destination, see /admin/destinations' })
  @IsOptional()
  @Matches(UUID, { message: 'must be a UUID' })
  destination?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Id of the action or event that the delivery is about' })
  @IsOptional()
  @Matches(UUID, { message: 'must be a UUID' })
  owner?: string;

  @ApiPropertyOptional({
    example: 'email-validation',
    description: 'Of actions: apiName of a service that is or was configured',
  })
  @IsOptional()
  @IsPlainText()
  service?: string;

  @ApiPropertyOptional({ example: 'person_added', description: 'Of events of companies and EQP users' })
  @IsOptional()
  @IsPlainText()
  eventType?: string;

  @ApiPropertyOptional({ enum: ERROR_CLASSES, example: 'timeout', description: 'Of the last attempt' })
  @IsOptional()
  @IsOneOf(ERROR_CLASSES)
  errorClass?: ErrorClass;

  @ApiPropertyOptional({ type: Number, minimum: 100, maximum: 599, description: 'Of the last answer' })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value,
  )
  @IsOptional()
  @Max(599, { message: 'must be at most 599' })
  @Min(100, { message: 'must be at least 100' })
  @IsInt({ message: 'must be the status of an answer' })
  lastStatus?: number;

  @ApiPropertyOptional({ type: String, example: '2026-11-20T00:00:00Z', description: 'Made then or later' })
  @IsOptional()
  @IsMoment()
  since?: string;

  @ApiPropertyOptional({ type: String, example: '2026-11-21', description: 'Made before; a date is its midnight, UTC' })
  @IsOptional()
  @IsMoment()
  until?: string;
}

/** A delivery in a list, without its body and its attempts. */
export class DeliveryListItem {
  @ApiProperty({ format: 'uuid', example: ID }) deliveryId!: string;
  @ApiProperty({ example: 'adobe' }) channel!: string;
  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'dead' }) status!: DeliveryStatus;

  @ApiProperty({ format: 'uuid', example: ID, description: 'The action or event that it is about' })
  ownerId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'email-validation', description: 'Null: about an event' })
  service!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: about an action' })
  eventType!: string | null;

  @ApiProperty({ format: 'uuid' }) destinationId!: string;

  @ApiProperty({ example: 'https://platform.adobe.io/callback/1', description: 'Without its query' })
  url!: string;

  @ApiProperty({ example: 3, description: 'Attempts so far, over all schedules' }) attemptNumber!: number;
  @ApiProperty({ type: Number, nullable: true, example: 503 }) lastStatus!: number | null;

  @ApiProperty({ type: String, enum: ERROR_CLASSES, nullable: true, example: 'server_error' })
  errorClass!: ErrorClass | null;

  @ApiProperty({ type: String, nullable: true, example: 'answered 503; every attempt of the schedule was made' })
  lastError!: string | null;

  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null unless it is pending' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true }) expiresAt!: Date | null;
}

/** A page of deliveries, the newest first. */
export class DeliveryPage {
  @ApiProperty({ type: [DeliveryListItem] })
  items!: DeliveryListItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: ID,
    description: 'Null: everything was looked at. A page looks at 50,000 deliveries at most, so it may be short',
  })
  nextCursor!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Everything made since then was looked at, by this page and those before; null: everything there is',
  })
  searchedUntil!: Date | null;
}
