import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject } from 'class-validator';
import type { JsonValue } from '../../http/json-value.js';
import { COMPANY_EVENT_TYPES } from './company-event-types.js';

const PERSON = { person_id: 'ABC123', external_person_id: 'ex1234', mobile_phone: { mdn: '13125550100' } };

/** A test event; values of the entity override the sample's and choose the registration. */
export class TestEventRequest {
  @ApiProperty({ enum: COMPANY_EVENT_TYPES, example: 'person_added', description: 'Or callback_type' })
  event_type!: string;

  @ApiPropertyOptional({ enum: COMPANY_EVENT_TYPES, description: 'Alias of event_type' })
  callback_type?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: PERSON,
    description: 'Part of the entity, under the key it has in the delivered body',
  })
  person?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { subscription_list: { id: 42 } } })
  subscription?: Record<string, unknown>;
}

/** A test event that will be delivered. */
export class TestEventReceipt {
  @ApiProperty({ example: "Created event for event_type 'person_added'" }) message!: string;
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' }) event_id!: string;
}

/** Something that happened to a company's data. */
export class PublishCompanyEvent {
  @ApiProperty({ enum: COMPANY_EVENT_TYPES, example: 'person_updated' })
  @IsIn(COMPANY_EVENT_TYPES, { message: `must be one of ${COMPANY_EVENT_TYPES.join(', ')}` })
  event_type!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { person: PERSON },
    description: 'The subject of the event, under the keys of the delivered body; bare where the type has one key',
  })
  @IsObject({ message: 'must be an object' })
  entity!: Record<string, JsonValue>;
}

/** An event that was taken; its deliveries are on their way. */
export class PublishedCompanyEvent {
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' }) event_id!: string;
  @ApiProperty({ example: 3, description: 'Registrations that it goes to' }) deliveries!: number;
}
