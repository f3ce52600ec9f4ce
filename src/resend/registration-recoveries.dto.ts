import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { AreAllOf } from '../http/one-of.js';
import { RECOVERABLE_STATUSES, type RecoverableStatus } from './failed-deliveries.js';

/** How to send the failed deliveries of a registration again. */
export class RecoverRegistration {
  @ApiPropertyOptional({
    enum: RECOVERABLE_STATUSES,
    isArray: true,
    default: ['dead', 'held'],
    example: ['dead'],
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsOptional()
  @AreAllOf(RECOVERABLE_STATUSES)
  status?: RecoverableStatus[];

  @ApiPropertyOptional({
    default: false,
    description:
      'Dead deliveries whose registration has moved to another origin go there; without it they are skipped as `moved`',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  toCurrentUrl?: boolean;
}

/** A job that sends again, see /admin/recoveries. */
export class RegistrationRecovery {
  @ApiProperty({ format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' }) jobId!: string;
  @ApiProperty({ example: 12 }) matched!: number;
}

/** The jobs that were started: one per destination the registration has or had; none when nothing failed. */
export class RegistrationRecoveries {
  @ApiProperty({ type: [RegistrationRecovery] }) items!: RegistrationRecovery[];
}
