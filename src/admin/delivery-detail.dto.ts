import { ApiProperty } from '@nestjs/swagger';
import { DeliveryView } from './action-detail.dto.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

/** All facts about one delivery, for the person on call. Its body is not shown: it holds personal data. */
export class DeliveryDetail extends DeliveryView {
  @ApiProperty({
    example:
      'After 2 attempts the callback waits because the receiver answered 503. It is tried again at 2026-11-28T14:05:00Z. If this lasts, check the receiver.',
    description: 'Short sentences: what happened, what happens next by itself, what to do',
  })
  explanation!: string;

  @ApiProperty({ format: 'uuid', example: ID, description: 'The action or event that it is about' })
  ownerId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'email-validation', description: 'Null: about an event' })
  service!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: about an action' })
  eventType!: string | null;

  @ApiProperty({ format: 'uuid', example: ID }) destinationId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: null,
    description: 'Of an event: the registration that it was made for, while there is one',
  })
  registrationId!: string | null;

  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: Date;
}
