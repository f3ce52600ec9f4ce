import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { IsMoment, IsPlainText } from '../http/field-rules.js';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import {
  REGISTRATION_KINDS,
  REGISTRATION_STATES,
  type RegistrationKind,
  type RegistrationState,
} from './registration-directory.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

/** Which registrations to list: every filter narrows. */
export class ListRegistrationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REGISTRATION_KINDS, example: 'company' })
  @IsOptional()
  @IsOneOf(REGISTRATION_KINDS)
  kind?: RegistrationKind;

  @ApiPropertyOptional({ example: 'acme', description: 'company_id or mage_id' })
  @IsOptional()
  @IsPlainText()
  owner?: string;

  @ApiPropertyOptional({ enum: REGISTRATION_STATES, example: 'paused' })
  @IsOptional()
  @IsOneOf(REGISTRATION_STATES)
  state?: RegistrationState;
}

/** Changes of a registration; fields left out stay as they are. */
export class ChangeRegistration {
  @ApiPropertyOptional({
    example: 'https://developer.example.com/callbacks',
    description: 'Of an EQP callback only its path and query: its password may go to no other origin',
  })
  @ValidateIf((change: ChangeRegistration) => change.url !== undefined)
  @MaxLength(1_024, { message: 'must have at most 1024 characters' })
  @IsNotEmpty({ message: 'must not be empty' })
  @IsString({ message: 'must be a string' })
  url?: string;

  @ApiPropertyOptional({ enum: ['POST', 'PUT'], example: 'POST', description: 'Companies only' })
  @ValidateIf((change: ChangeRegistration) => change.method !== undefined)
  @IsIn(['POST', 'PUT'], { message: 'must be POST or PUT' })
  method?: 'POST' | 'PUT';

  @ApiPropertyOptional({
    enum: ['application/json', 'text/json'],
    example: 'application/json',
    description: 'Companies only',
  })
  @ValidateIf((change: ChangeRegistration) => change.contentType !== undefined)
  @IsIn(['application/json', 'text/json'], { message: 'must be application/json or text/json' })
  contentType?: 'application/json' | 'text/json';

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '2027-01-01T00:00:00Z',
    description: 'The end of the registration; null: it never ends. Companies only',
  })
  @IsOptional()
  @IsMoment()
  endDate?: string | null;
}

/** A registration, without anything secret. */
export class RegistrationView {
  @ApiProperty({ format: 'uuid', example: ID }) id!: string;
  @ApiProperty({ enum: REGISTRATION_KINDS, example: 'company' }) kind!: RegistrationKind;
  @ApiProperty({ example: 'acme', description: 'company_id or mage_id' }) owner!: string;
  @ApiProperty({ enum: REGISTRATION_STATES, example: 'active' }) state!: RegistrationState;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'The reason of a pause or a switch-off' })
  reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'k3v9x0ab',
    description: 'callback_id, or the name of an EQP callback',
  })
  label!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'subscription_added', description: 'Null: every event' })
  eventType!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: { list_id: 42 } })
  qualifier!: Readonly<Record<string, string | number>> | null;

  @ApiProperty({
    example: 'https://developer.example.com/callbacks',
    description: 'Without its query, because that may hold a key',
  })
  url!: string;

  @ApiProperty({ enum: ['POST', 'PUT'], example: 'POST' }) method!: 'POST' | 'PUT';
  @ApiProperty({ example: 'application/json' }) contentType!: string;
  @ApiProperty({ example: false, description: 'Whether its deliveries carry a signature' }) signed!: boolean;

  @ApiProperty({
    type: Number,
    enum: [1, 2],
    nullable: true,
    example: 2,
    description: 'X-API-Version of its making: phone numbers are ten digits (1) or E.164 (2). Null: as published',
  })
  apiVersion!: number | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) startDate!: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) endDate!: Date | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) updatedAt!: Date;
}

/** A page of registrations, the newest first. */
export class RegistrationPage {
  @ApiProperty({ type: [RegistrationView] }) items!: RegistrationView[];

  @ApiProperty({ type: String, nullable: true, example: ID, description: 'Null on the last page' })
  nextCursor!: string | null;
}

/** A test event that will be delivered. */
export class TestReceipt {
  @ApiProperty({ format: 'uuid', example: ID }) eventId!: string;
}

/** A new signing secret; shown this once. */
export class SigningSecretView {
  @ApiProperty({ example: 'whsec_…', description: 'Shown only now; the one before signs beside it for 24 hours' })
  signingSecret!: string;
}
