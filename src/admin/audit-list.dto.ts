import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsMoment, IsPlainText } from '../http/field-rules.js';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import { UUID } from '../http/uuid.pipe.js';
import { AUDIT_VERBS, type AuditVerb } from '../security/audit.repository.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

/** Which entries of the audit to list: every filter narrows. */
export class ListAuditQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'night shift', description: "A key's name, id or fingerprint" })
  @IsOptional()
  @IsPlainText()
  actor?: string;

  @ApiPropertyOptional({ enum: AUDIT_VERBS, example: 'company.disable' })
  @IsOptional()
  @IsOneOf(AUDIT_VERBS)
  action?: AuditVerb;

  @ApiPropertyOptional({ example: 'company:acme', description: 'One resource, or all of a kind: company' })
  @IsOptional()
  @IsPlainText()
  resource?: string;

  @ApiPropertyOptional({ format: 'uuid', example: ID })
  @IsOptional()
  @Matches(UUID, { message: 'must be a UUID' })
  requestId?: string;

  @ApiPropertyOptional({ type: String, example: '2026-11-20T00:00:00Z', description: 'Done then or later' })
  @IsOptional()
  @IsMoment()
  since?: string;

  @ApiPropertyOptional({ type: String, example: '2026-11-21', description: 'Done before; a date is its midnight, UTC' })
  @IsOptional()
  @IsMoment()
  until?: string;
}

/** The key that acted. */
export class AuditActorView {
  @ApiProperty({ example: '9f86d081', description: 'The first 8 hex digits of the SHA-256 of the key' })
  fingerprint!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ID, description: 'Null: of ADMIN_API_KEYS' })
  keyId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'night shift',
    description: 'As it was called then; env: a key of ADMIN_API_KEYS. Null for a job, and before keys had names',
  })
  name!: string | null;
}

/** One thing that an administrator did. */
export class AuditEntryView {
  @ApiProperty({ format: 'uuid', example: ID }) id!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) at!: Date;
  @ApiProperty({ type: AuditActorView }) actor!: AuditActorView;
  @ApiProperty({ example: 'company.disable' }) action!: string;
  @ApiProperty({ example: 'company:acme' }) resource!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { before: { role: 'viewer' }, after: { role: 'operator' } },
    description: 'An edit has before and after: the fields that it changed. Nothing secret, nothing personal',
  })
  details!: Record<string, unknown>;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: ID, description: 'Null for a job' })
  requestId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.0/24', description: 'As AUDIT_ADDRESS says' })
  address!: string | null;
}

/** A page of the audit, the newest first. */
export class AuditPage {
  @ApiProperty({ type: [AuditEntryView] }) items!: AuditEntryView[];

  @ApiProperty({ type: String, nullable: true, example: ID, description: 'Null on the last page' })
  nextCursor!: string | null;
}
