import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { ACTION_STATES, type ActionState } from '../actions/action-state.js';
import { IsOneOf } from '../http/one-of.js';
import { IsMoment, IsPlainText } from '../http/field-rules.js';
import { UUID } from '../http/uuid.pipe.js';
import { PageQuery } from '../http/page-query.dto.js';

const REQUEST_ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

/** The query of a list: every filter narrows it, pages go from the newest to the oldest. */
export class ListActionsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', example: REQUEST_ID })
  @IsOptional()
  @Matches(UUID, { message: 'must be a UUID' })
  requestId?: string;

  @ApiPropertyOptional({
    example: 'email-validation',
    description: 'apiName of a service that is configured or has actions',
  })
  @IsOptional()
  @IsPlainText()
  service?: string;

  @ApiPropertyOptional({ enum: ACTION_STATES, example: 'undeliverable' })
  @IsOptional()
  @IsOneOf(ACTION_STATES)
  state?: ActionState;

  @ApiPropertyOptional({ example: '1000001', description: 'Id of the lead or account' })
  @IsOptional()
  @IsPlainText()
  entityId?: string;

  @ApiPropertyOptional({ example: 'a1b2c3', description: 'Searches the last 24 hours unless since or until is given' })
  @IsOptional()
  @IsPlainText()
  journeyId?: string;

  @ApiPropertyOptional({ example: '1234567890ABCDEF@AdobeOrg' })
  @IsOptional()
  @IsPlainText()
  imsOrgId?: string;

  @ApiPropertyOptional({ type: String, example: '2026-11-20T00:00:00Z', description: 'Received then or later' })
  @IsOptional()
  @IsMoment()
  since?: string;

  @ApiPropertyOptional({
    type: String,
    example: '2026-11-21',
    description: 'Received before; a date is its midnight, UTC',
  })
  @IsOptional()
  @IsMoment()
  until?: string;
}

/** One action in a list. */
export class ActionListItem {
  @ApiProperty({ format: 'uuid', example: REQUEST_ID })
  requestId!: string;

  @ApiProperty({ example: 'email-validation' })
  service!: string;

  @ApiProperty({ enum: ['lead', 'account', 'accountPerson', 'batch'], example: 'lead' })
  objectType!: string;

  @ApiProperty({ example: '1000001', description: '"erased" once the person was forgotten' })
  entityId!: string;

  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg' })
  imsOrgId!: string;

  @ApiProperty({ enum: ACTION_STATES, example: 'undeliverable' })
  state!: ActionState;

  @ApiProperty({ type: String, enum: ['success', 'failure'], nullable: true, example: 'success' })
  outcome!: 'success' | 'failure' | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  errorCode!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  deadlineAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

/** The range of receipt that was searched, when it was bounded. */
export class SearchedRange {
  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: until now' })
  until!: Date | null;
}

/** A page of actions, the newest first. */
export class ActionPage {
  @ApiProperty({ type: [ActionListItem] })
  items!: ActionListItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: REQUEST_ID,
    description:
      'Null: everything was looked at. A page looks at 50,000 actions at most (10,000 by journeyId), so it may be short',
  })
  nextCursor!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Everything received since then was looked at, by this page and those before; null: everything there is',
  })
  searchedUntil!: Date | null;

  @ApiPropertyOptional({ type: SearchedRange, description: 'Only of a search by journeyId' })
  searched?: SearchedRange;
}
