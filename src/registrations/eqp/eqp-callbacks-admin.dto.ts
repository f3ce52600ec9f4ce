import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { CallbackEntry } from './eqp-profile.dto.js';
import { PLAIN_TEXT } from './eqp-values.js';

class RequiredPassword {
  @ApiProperty({ example: 'secret', writeOnly: true, description: 'Never shown' })
  @Matches(PLAIN_TEXT, { message: 'must be text without control characters' })
  @MaxLength(1_024, { message: 'must have at most 1024 characters' })
  @IsNotEmpty({ message: 'must not be empty' })
  @IsString({ message: 'must be a string' })
  password!: string;
}

/** A callback to register for a user. */
export class CreateEqpCallback extends IntersectionType(
  PickType(CallbackEntry, ['name', 'url', 'username'] as const),
  RequiredPassword,
) {}

/** Changes of a callback; fields left out stay as they are. An url of another origin needs a password. */
export class ChangeEqpCallback extends PartialType(CallbackEntry) {}
