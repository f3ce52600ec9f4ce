import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { COMPANY_EVENT_TYPES, QUALIFIED_EVENT_TYPES } from './company-event-types.js';
import { readIsoMoment } from '../../http/iso-moment.js';

const METHODS = ['POST', 'PUT'] as const;
const CONTENT_TYPES = ['application/json', 'text/json'] as const;
const EVENT_TYPE_MESSAGE = `must be one of ${COMPANY_EVENT_TYPES.join(', ')}`;
const URL_MAX = 1_024;

/** Any form of ISO 8601. */
function IsIsoMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isIsoMoment',
    validator: {
      validate: (value) => typeof value === 'string' && readIsoMoment(value) !== null,
      defaultMessage: () => 'must be an ISO 8601 date, or date and time, e.g. 2013-08-01T15:42:23Z',
    },
  });
}

/** Methods and media types are written in any case. */
function InCase(to: 'upper' | 'lower'): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => {
    if (typeof value !== 'string') return value;
    return to === 'upper' ? value.trim().toUpperCase() : value.trim().toLowerCase();
  });
}

/** Where and how a callback is sent. */
export class CallbackDestination {
  @ApiProperty({ example: 'https://developer.example.com/callbacks', maxLength: URL_MAX })
  @MaxLength(URL_MAX, { message: `must have at most ${URL_MAX} characters` })
  @IsNotEmpty({ message: 'must not be empty' })
  @IsString({ message: 'must be a string' })
  url!: string;

  @ApiPropertyOptional({ enum: METHODS, default: 'POST', example: 'POST' })
  @InCase('upper')
  @IsOptional()
  @IsIn(METHODS, { message: 'must be POST or PUT' })
  method?: (typeof METHODS)[number] | null;

  @ApiPropertyOptional({ enum: CONTENT_TYPES, default: 'application/json', example: 'application/json' })
  @InCase('lower')
  @IsOptional()
  @IsIn(CONTENT_TYPES, { message: 'must be application/json or text/json' })
  content_type?: (typeof CONTENT_TYPES)[number] | null;
}

/** The part of a registration every event type has; its qualifier stands under the key of the type. */
export class CallbackRequest {
  @ApiPropertyOptional({ enum: COMPANY_EVENT_TYPES, example: 'subscription_added', description: 'Or callback_type' })
  @IsOptional()
  @IsIn(COMPANY_EVENT_TYPES, { message: EVENT_TYPE_MESSAGE })
  event_type?: string | null;

  @ApiPropertyOptional({ enum: COMPANY_EVENT_TYPES, example: 'subscription_added', description: 'Alias of event_type' })
  @IsOptional()
  @IsIn(COMPANY_EVENT_TYPES, { message: EVENT_TYPE_MESSAGE })
  callback_type?: string | null;

  @ApiProperty({ type: CallbackDestination })
  @IsOptional()
  @ValidateNested()
  @Type(() => CallbackDestination)
  @IsObject({ message: 'must be an object' })
  destination?: CallbackDestination;

  @ApiPropertyOptional({ enum: METHODS, description: 'Instead of destination.method' })
  @InCase('upper')
  @IsOptional()
  @IsIn(METHODS, { message: 'must be POST or PUT' })
  destination_method?: (typeof METHODS)[number] | null;

  @ApiPropertyOptional({ enum: CONTENT_TYPES, description: 'Instead of destination.content_type' })
  @InCase('lower')
  @IsOptional()
  @IsIn(CONTENT_TYPES, { message: 'must be application/json or text/json' })
  content_type?: (typeof CONTENT_TYPES)[number] | null;

  @ApiPropertyOptional({ type: String, example: '2013-08-01T00:00:00Z', description: 'ISO 8601; now when left out' })
  @IsOptional()
  @IsIsoMoment()
  start_date?: string | null;

  @ApiPropertyOptional({ type: String, example: '2033-08-01T00:00:00Z', description: 'ISO 8601; none when left out' })
  @IsOptional()
  @IsIsoMoment()
  end_date?: string | null;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Whether callbacks carry the W3C header traceparent, where the service makes traces',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  traceparent?: boolean | null;
}

/** A registration as its company sees it. */
export class CallbackEntity {
  @ApiProperty({ example: 'k3v9x0ab' }) callback_id!: string;
  @ApiProperty({ enum: COMPANY_EVENT_TYPES, example: 'subscription_added' }) event_type!: string;
  @ApiProperty({ enum: COMPANY_EVENT_TYPES, example: 'subscription_added' }) callback_type!: string;

  @ApiProperty({ type: CallbackDestination }) destination!: CallbackDestination;
  @ApiPropertyOptional({ example: true, description: 'There where it was asked for' }) traceparent?: boolean;
  @ApiProperty({ example: '2013-08-01T15:42:23Z' }) start_date!: string;
  @ApiPropertyOptional({ example: '2033-08-01T00:00:00Z' }) end_date?: string;
  @ApiProperty({ example: '/companies/acme/config/callbacks/k3v9x0ab' }) url!: string;
  @ApiProperty({ example: '2013-08-01T15:42:23Z' }) created_at!: string;
  @ApiProperty({ example: '2013-08-01T15:42:23Z' }) updated_at!: string;
  @ApiProperty({ example: true }) active!: boolean;
}

// The qualifier stands under the key of the event type. The reader takes it apart before a request is validated.
for (const name of QUALIFIED_EVENT_TYPES) {
  const qualifier = ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    ...(name === 'subscription_added' && { example: { list_id: 42 } }),
    description: `The events of ${name}; left out: every one`,
  });
  qualifier(CallbackRequest.prototype, name);
  qualifier(CallbackEntity.prototype, name);
}
