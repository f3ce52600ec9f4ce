import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches, MaxLength, ValidateIf } from 'class-validator';

const PLAIN = { regex: /^\P{Cc}+$/u, message: 'must be text without control characters' };

/** Whose cached answers to forget: those of a step, of all steps of a service, or all. */
export class ClearStepCache {
  @ApiPropertyOptional({ example: 'enrich-lead', maxLength: 256, description: 'The apiName; absent: all services' })
  @ValidateIf((body: ClearStepCache) => body.service !== undefined || body.step !== undefined)
  @Matches(PLAIN.regex, { message: PLAIN.message })
  @MaxLength(256, { message: 'must have at most 256 characters' })
  service?: string;

  @ApiPropertyOptional({ example: 'company-data', maxLength: 256, description: 'Its name; absent: all of the service' })
  // Null is refused: a step that got lost on its way must not cost the answers of all others.
  @ValidateIf((body: ClearStepCache) => body.step !== undefined)
  @Matches(PLAIN.regex, { message: PLAIN.message })
  @MaxLength(256, { message: 'must have at most 256 characters' })
  step?: string;
}

/** The answers that are gone. */
export class ClearedStepCache {
  @ApiProperty({ example: 1_204, description: 'Answers that are asked for anew from now on' })
  cleared!: number;
}
