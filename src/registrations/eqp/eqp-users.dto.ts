import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { IsDisplayName } from '../../http/field-rules.js';
import { IsOneOf } from '../../http/one-of.js';
import { PageQuery } from '../../http/page-query.dto.js';
import { ProfileFields } from './eqp-profile.dto.js';

/** The shape of a mage_id, in a path and in a body. */
export const MAGE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A user to create. */
export class CreateEqpUser {
  @ApiPropertyOptional({ example: 'MAG123456789', description: 'Left out: one is made' })
  @IsOptional()
  @Matches(MAGE_ID, { message: 'must be 1 to 64 letters, digits, hyphens or underscores' })
  mage_id?: string;

  @ApiPropertyOptional({ type: ProfileFields })
  @IsOptional()
  @ValidateNested()
  @Type(() => ProfileFields)
  @IsObject({ message: 'must be an object' })
  profile?: ProfileFields;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Acme extensions',
    description: 'For administrators alone',
  })
  @IsOptional()
  @IsDisplayName()
  name?: string | null;
}

/** Changes of a user; its mage_id is part of the paths that it calls, and stays. */
export class ChangeEqpUser {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'Acme extensions', description: 'Null: none' })
  @IsOptional()
  @IsDisplayName()
  name?: string | null;
}

/** The credentials of a user's application; the secret is shown this once. */
export class EqpCredentials {
  @ApiProperty({ example: 'MAG123456789' }) mage_id!: string;
  @ApiProperty({ example: 'd1f0c5a3e29b47860f1c' }) app_id!: string;
  @ApiProperty({ example: 'kN4hF9xW2…', description: 'Shown only now' }) app_secret!: string;
}

/** Which users to list. */
export class ListEqpUsersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['active', 'disabled'] })
  @IsOptional()
  @IsOneOf(['active', 'disabled'])
  state?: 'active' | 'disabled';
}

/** One user in a list. */
export class EqpUserItem {
  @ApiProperty({ type: String, nullable: true, example: 'Acme extensions' }) name!: string | null;
  @ApiProperty({ example: 'MAG123456789' }) mage_id!: string;
  @ApiProperty({ example: 'd1f0c5a3e29b47860f1c' }) app_id!: string;
  @ApiProperty({ enum: ['active', 'disabled'] }) state!: 'active' | 'disabled';
  @ApiProperty({ example: 2, description: 'Registered callbacks' }) callbacks!: number;
  @ApiProperty({ type: String, format: 'date-time' }) created_at!: Date;
}

/** A page of users, the newest first. */
export class EqpUserPage {
  @ApiProperty({ type: [EqpUserItem] }) items!: EqpUserItem[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' }) nextCursor!: string | null;
}

/** The state of a user after the command. */
export class EqpUserStatus {
  @ApiProperty({ example: 'MAG123456789' }) mage_id!: string;
  @ApiProperty({ enum: ['active', 'disabled'] }) state!: 'active' | 'disabled';
}
