import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { IsMoment } from '../http/field-rules.js';
import { IsOneOf } from '../http/one-of.js';
import { ADMIN_ROLES, type AdminRole } from '../security/admin-roles.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._@-]{0,62}[A-Za-z0-9])?$/;
const NAME_RULE =
  'must have 1 to 64 letters, digits, spaces, dots, hyphens, _ and @; the first and last a letter or digit';
const STATES = Object.freeze(['active', 'disabled', 'expired'] as const);

/** A key to make. */
export class CreateAdminKey {
  @ApiProperty({ example: 'night shift', maxLength: 64, description: 'Unique, in any case' })
  @Matches(NAME, { message: NAME_RULE })
  @IsString({ message: 'must be a string' })
  name!: string;

  @ApiProperty({ enum: ADMIN_ROLES, example: 'operator' })
  @IsOneOf(ADMIN_ROLES)
  role!: AdminRole;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2027-02-01T00:00:00Z',
    description: 'In 90 days if it is left out; null: never',
  })
  @IsOptional()
  @IsMoment()
  expiresAt?: string | null;
}

/** Changes of a key; fields left out stay as they are. */
export class ChangeAdminKey {
  @ApiPropertyOptional({ example: 'night shift', maxLength: 64 })
  @ValidateIf((change: ChangeAdminKey) => change.name !== undefined)
  @Matches(NAME, { message: NAME_RULE })
  @IsString({ message: 'must be a string' })
  name?: string;

  @ApiPropertyOptional({ enum: ADMIN_ROLES, example: 'viewer' })
  @ValidateIf((change: ChangeAdminKey) => change.role !== undefined)
  @IsOneOf(ADMIN_ROLES)
  role?: AdminRole;

  @ApiPropertyOptional({ type: String, nullable: true, format: 'date-time', example: '2027-02-01T00:00:00Z' })
  @IsOptional()
  @IsMoment()
  expiresAt?: string | null;

  @ApiPropertyOptional({ example: true, description: 'true: refused from now on, by every process' })
  @ValidateIf((change: ChangeAdminKey) => change.disabled !== undefined)
  @IsBoolean({ message: 'must be true or false' })
  disabled?: boolean;
}

/** A key, without its secret. */
export class AdminKeyView {
  @ApiProperty({ format: 'uuid', example: ID }) id!: string;
  @ApiProperty({ example: 'night shift' }) name!: string;
  @ApiProperty({ enum: ADMIN_ROLES, example: 'operator' }) role!: AdminRole;
  @ApiProperty({ enum: STATES, example: 'active' }) state!: (typeof STATES)[number];
  @ApiProperty({ example: 'env', description: 'The name of the key that made it' }) createdBy!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) updatedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null, description: 'Null: never' })
  expiresAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  disabledAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Written at most every ten seconds; null: never used',
  })
  lastUsedAt!: Date | null;
}

/** A key that was made, with its secret. */
export class IssuedAdminKey extends AdminKeyView {
  @ApiProperty({ example: '3v9x…', description: 'For Authorization: Bearer. Shown only now' })
  key!: string;
}

/** A page of keys, the newest first. */
export class AdminKeyPage {
  @ApiProperty({ type: [AdminKeyView] }) items!: AdminKeyView[];

  @ApiProperty({ type: String, nullable: true, example: ID, description: 'Null on the last page' })
  nextCursor!: string | null;
}
