import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.js';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import { DeliveryView } from './action-detail.dto.js';

/** Which deliveries of a registration to list. */
export class ListRegistrationDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, example: 'dead' })
  @IsOptional()
  @IsOneOf(DELIVERY_STATUSES)
  status?: DeliveryStatus;
}

/** A delivery of a registration, and the event that it is about. */
export class RegistrationDelivery extends DeliveryView {
  @ApiProperty({ type: String, nullable: true, example: 'person_added' })
  eventType!: string | null;
}

/** A page of deliveries with their attempts, the newest first. */
export class RegistrationDeliveryPage {
  @ApiProperty({ type: [RegistrationDelivery] }) items!: RegistrationDelivery[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10',
    description: 'Null on the last page',
  })
  nextCursor!: string | null;
}
