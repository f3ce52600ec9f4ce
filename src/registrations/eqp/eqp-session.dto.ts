import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Equals, Min } from 'class-validator';

/** The request of an application. */
export class SessionRequest {
  @ApiProperty({ enum: ['session'], example: 'session' })
  @Equals('session', { message: 'must be "session"' })
  grant_type!: 'session';

  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 86_400,
    default: 7_200,
    example: 7_200,
    description: 'Seconds; more than a day is a day',
  })
  @IsOptional()
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number of seconds' })
  expires_in?: number | null;
}

/** A session: send `ust` as Bearer. */
export class SessionToken {
  @ApiProperty({ example: 'MAG123456789' })
  mage_id!: string;

  @ApiProperty({ example: 'q7mB4mKZ0jmcW1vDYlHVvXk3mN0H3oLkq2YkqRrZ5xA', description: 'User session token' })
  ust!: string;

  @ApiProperty({ example: 7_200, description: 'Seconds it lives' })
  expires_in!: number;
}
