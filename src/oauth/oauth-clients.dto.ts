import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateIf } from 'class-validator';
import { IsDisplayName } from '../http/field-rules.js';

const ID = '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11';
const SECRET_ID = '0198f0c2-7a56-7b21-8f0e-3d5c1a9b7e02';
const MOMENT = '2026-11-20T08:00:00.000Z';

/** A client to make. */
export class CreateOAuthClient {
  @ApiProperty({ example: 'Adobe, production', minLength: 1, maxLength: 100, description: 'Unique, in any case' })
  @IsDisplayName()
  name!: string;
}

/** Changes of a client; fields left out stay as they are. */
export class ChangeOAuthClient {
  @ApiPropertyOptional({ example: 'Adobe, production', minLength: 1, maxLength: 100 })
  @ValidateIf((change: ChangeOAuthClient) => change.name !== undefined)
  @IsDisplayName()
  name?: string;

  @ApiPropertyOptional({
    example: true,
    description: 'true: it gets no tokens, and those it has are refused by every process',
  })
  @ValidateIf((change: ChangeOAuthClient) => change.disabled !== undefined)
  @IsBoolean({ message: 'must be true or false' })
  disabled?: boolean;
}

/** A secret of a client, without the secret itself. */
export class OAuthSecretView {
  @ApiProperty({ format: 'uuid', example: SECRET_ID }) id!: string;
  @ApiProperty({ type: String, format: 'date-time', example: MOMENT }) createdAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'When a token was issued for it; written at most every ten seconds. Null: never',
  })
  lastUsedAt!: Date | null;
}

/** A client, without its secrets. */
export class OAuthClientView {
  @ApiProperty({ format: 'uuid', example: ID, description: 'The client id' }) id!: string;
  @ApiProperty({ example: 'Adobe, production' }) name!: string;
  @ApiProperty({ enum: ['active', 'disabled'], example: 'active' }) state!: 'active' | 'disabled';
  @ApiProperty({ type: [OAuthSecretView], description: 'Live ones, the oldest first; at most two' })
  secrets!: OAuthSecretView[];
  @ApiProperty({ example: 'env', description: 'The name of the admin key that made it' }) createdBy!: string;
  @ApiProperty({ type: String, format: 'date-time', example: MOMENT }) createdAt!: Date;
  @ApiProperty({ type: String, format: 'date-time', example: MOMENT }) updatedAt!: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) disabledAt!: Date | null;
}

/** A client that was made, with its first secret. */
export class IssuedOAuthClient extends OAuthClientView {
  @ApiProperty({ example: 'kN4hF9xW2…', description: 'Shown only now' }) clientSecret!: string;
}

/** A secret that was made. */
export class IssuedOAuthSecret extends OAuthSecretView {
  @ApiProperty({ format: 'uuid', example: ID }) clientId!: string;
  @ApiProperty({ example: 'kN4hF9xW2…', description: 'Shown only now' }) clientSecret!: string;
}

/** A page of clients, the newest first. */
export class OAuthClientPage {
  @ApiProperty({ type: [OAuthClientView] }) items!: OAuthClientView[];
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page' })
  nextCursor!: string | null;
}
