import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Matches, MaxLength } from 'class-validator';

const PLAIN = { regex: /^\P{Cc}+$/u, message: 'must be text without control characters' };

/** Whom to forget. */
export class EraseRequest {
  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg', description: 'The IMS organisation' })
  @Matches(PLAIN.regex, { message: PLAIN.message })
  @MaxLength(256, { message: 'must have at most 256 characters' })
  @IsString({ message: 'must be a string' })
  tenant!: string;

  @ApiProperty({
    example: '1000001',
    description: 'Id of the lead, person or account; a whole number is taken as its digits',
  })
  @Transform(({ value }: { value: unknown }) => (isWhole(value) ? String(value) : value))
  @Matches(PLAIN.regex, { message: PLAIN.message })
  @MaxLength(256, { message: 'must have at most 256 characters' })
  @IsString({ message: 'must be a string' })
  entityId!: string;
}

function isWhole(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** A job that forgets; it goes on over restarts. */
export class EraseReceipt {
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' })
  jobId!: string;
}

/** How far a job got. */
export class EraseProgress {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;

  @ApiProperty({ enum: ['running', 'done'], example: 'running' })
  state!: 'running' | 'done';

  @ApiProperty({ example: 120_000, description: 'Actions that the passes have looked at, each pass counted' })
  scanned!: number;

  @ApiProperty({ example: 3, description: 'Actions without their data now' })
  erased!: number;

  @ApiProperty({ example: 0, description: 'Actions still under way; another pass follows when they have ended' })
  waiting!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  requestedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}
