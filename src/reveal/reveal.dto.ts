import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.js';

/** Why content is looked at. */
export class RevealRequest {
  @ApiProperty({
    example: 'Ticket 4711: the receiver says that a field is missing',
    minLength: 10,
    maxLength: 500,
    description: 'Stands in the audit: write no personal data into it',
  })
  @Matches(/^(?=.*\S.*\S)[^\p{Cc}\p{Cs}]*$/u, { message: 'must be plain text' })
  @Length(10, 500, { message: 'must have 10 to 500 characters' })
  @IsString({ message: 'must be a text' })
  reason!: string;
}

const TEXT = { type: String, nullable: true } as const;

/** One callback with its body. */
export class RevealedDelivery {
  @ApiProperty({ format: 'uuid' }) deliveryId!: string;
  @ApiProperty({ example: 'adobe' }) channel!: string;
  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'delivered' }) status!: DeliveryStatus;
  @ApiProperty({ example: 'application/json' }) contentType!: string;

  @ApiProperty({ ...TEXT, example: '{"objectData":[]}', description: 'As it is sent; null: it was removed' })
  body!: string | null;
}

/** The content that is held of an action. Texts, so that no digit of a number is lost. */
export class RevealedAction {
  @ApiProperty({ format: 'uuid' }) requestId!: string;

  @ApiProperty({
    ...TEXT,
    example: '{"objectType":"lead","objectContext":{"leadId":1001}}',
    description: 'The object data of the request as JSON, without secrets; null: it was removed',
  })
  objectData!: string | null;

  @ApiProperty({ type: [String], example: [], description: 'Results of an asynchronous call, as JSON' })
  results!: string[];

  @ApiProperty({ type: [RevealedDelivery], description: 'The callbacks, which carry the result' })
  deliveries!: RevealedDelivery[];
}
