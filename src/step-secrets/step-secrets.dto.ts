import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

/** The value of a secret. It is never shown again. */
export class PutSecret {
  @ApiProperty({
    example: 'the-key-of-the-crm',
    writeOnly: true,
    maxLength: 8192,
    description: 'At most 8,192 characters, without line breaks and without quotation marks around it',
  })
  @IsString({ message: 'must be a string' })
  value!: string;
}

/** A secret without its value. */
export class SecretView {
  @ApiProperty({ example: 'CRM_KEY' })
  name!: string;

  @ApiProperty({ enum: ['environment', 'database'], example: 'database', description: 'Where it is set' })
  source!: 'environment' | 'database';

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null for those of the environment' })
  updatedAt!: Date | null;
}

/** Every secret that steps may name. */
export class SecretList {
  @ApiProperty({ type: [SecretView] })
  secrets!: SecretView[];
}
