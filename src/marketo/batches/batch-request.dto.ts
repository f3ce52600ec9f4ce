import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LEADS_MAX, TOKEN_MAX_BYTES } from '../marketo-limits.js';

const OPEN = { type: 'object', additionalProperties: true } as const;

/** A lead of a batch, for the API document; {@link ./batch-envelope.ts} reads it. */
export class MarketoLeadDto {
  @ApiProperty({ enum: ['lead'] })
  objectType!: string;

  @ApiProperty({
    ...OPEN,
    properties: { id: { type: 'integer', format: 'int64' } },
    description: 'The id, and the fields that the administrator mapped',
  })
  objectContext!: object;

  @ApiPropertyOptional(OPEN)
  flowStepContext?: object;

  @ApiPropertyOptional(OPEN)
  programMemberContext?: object;

  @ApiPropertyOptional(OPEN)
  triggeringContext?: object;

  @ApiPropertyOptional(OPEN)
  myTokenContext?: object;
}

/** A batch of leads, for the API document. */
export class MarketoBatchDto {
  @ApiProperty({ maxLength: TOKEN_MAX_BYTES, example: 'c3f1a2f0-6f0e-4a3b-9d55-5f1b7d1f0a11' })
  token!: string;

  @ApiProperty({ format: 'uri', example: 'https://callback.marketo.com/flow/1' })
  callbackUrl!: string;

  @ApiPropertyOptional({ description: 'Returned in x-api-key; stored encrypted, never shown' })
  apiCallBackKey?: string;

  @ApiPropertyOptional({ example: '1024' })
  batchId?: string;

  @ApiPropertyOptional({ type: 'integer', example: 1039 })
  campaignId?: number;

  @ApiProperty({
    ...OPEN,
    properties: {
      subscription: {
        type: 'object',
        required: ['munchkinId'],
        properties: { munchkinId: { type: 'string' }, prefix: { type: 'string' } },
      },
      admin: { ...OPEN, description: 'Stored encrypted, never shown' },
      campaign: OPEN,
      program: OPEN,
    },
    example: { subscription: { munchkinId: '123-ABC-456', prefix: 'acme' } },
  })
  context!: object;

  @ApiProperty({
    type: [MarketoLeadDto],
    maxItems: LEADS_MAX,
    example: [{ objectType: 'lead', objectContext: { id: 1001, email: 'ada@example.com' }, flowStepContext: {} }],
  })
  objectData!: MarketoLeadDto[];
}

/** A stored batch. */
export class MarketoReceipt {
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' })
  requestId!: string;

  @ApiProperty({ enum: ['accepted'] })
  status!: string;

  @ApiProperty({ example: 'Batch accepted for processing' })
  message!: string;
}
