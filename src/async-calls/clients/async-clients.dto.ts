import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { IsDisplayName } from '../../http/field-rules.js';
import { UUID } from '../../http/uuid.pipe.js';

/** Whether a text has the form of a client's id; of anything else Postgres need not be asked. */
export function isClientId(text: string): boolean {
  return UUID.test(text);
}

/** A client to create. */
export class CreateAsyncClient {
  @ApiProperty({ example: 'newsletter import', minLength: 1, maxLength: 100, description: 'For administrators alone' })
  @IsDisplayName()
  name!: string;
}

/** Changes of a client. */
export class ChangeAsyncClient {
  @ApiPropertyOptional({ example: 'newsletter import', minLength: 1, maxLength: 100 })
  @ValidateIf((change: ChangeAsyncClient) => change.name !== undefined)
  @IsDisplayName()
  name?: string;
}

/** The credentials of a client; the secret is shown this once. */
export class AsyncClientCredentials {
  @ApiProperty({ example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' }) client_id!: string;
  @ApiProperty({ example: 'kN4hF9xW2…', description: 'Shown only now' }) client_secret!: string;
}

/** One client in a list. */
export class AsyncClientItem {
  @ApiProperty({ example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' }) client_id!: string;
  @ApiProperty({ example: 'newsletter import' }) name!: string;
  @ApiProperty({ enum: ['active', 'disabled'] }) state!: 'active' | 'disabled';
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The secret before the last rotation is good until then; null: it is not',
  })
  previous_secret_until!: Date | null;
  @ApiProperty({ type: String, format: 'date-time' }) created_at!: Date;
}

/** A page of clients, the newest first. */
export class AsyncClientPage {
  @ApiProperty({ type: [AsyncClientItem] }) items!: AsyncClientItem[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' }) nextCursor!: string | null;
}
