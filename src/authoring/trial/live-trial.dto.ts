import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsObject, IsOptional } from 'class-validator';
import type { JsonValue } from '../../http/json-value.js';
import type { ShownOutcome } from './trial-report.js';

const OUTCOMES = Object.freeze(['success', 'failure', 'refused'] as const);
const STEP_OUTCOMES = Object.freeze(['done', 'not found', 'skipped', 'failed', 'not run'] as const);
const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

/** A subject to run through the pipeline of a service. */
export class TryService {
  @ApiPropertyOptional({
    ...ANY_OBJECT,
    example: { email: 'jane.doe@northwind-pumps.example', firstName: 'jane' },
    description:
      "The fields of the person or the account, a list of people, or a whole execution request. Left out: the example of the service's document",
  })
  @Allow()
  subject?: JsonValue;

  @ApiPropertyOptional({ ...ANY_OBJECT, example: { minScore: 50 }, description: 'Values of flow attributes' })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  flow?: Record<string, JsonValue>;

  @ApiPropertyOptional({ ...ANY_OBJECT, example: {}, description: 'Values of global attributes' })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  admin?: Record<string, JsonValue>;
}

/** A condition with its value. */
export class TriedConditionView {
  @ApiProperty({ example: 'email != null' })
  expression!: string;

  @ApiProperty({ example: 'true', description: 'true, false, or why it is neither' })
  value!: string;
}

/** A step as it went. */
export class TriedStepView {
  @ApiProperty({ example: 'email-check' })
  step!: string;

  @ApiProperty({ example: 'email-quality' })
  provider!: string;

  @ApiProperty({ enum: STEP_OUTCOMES, example: 'done' })
  outcome!: ShownOutcome;

  @ApiProperty({ example: 12 })
  ms!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  @ApiProperty({ type: [TriedConditionView] })
  conditions!: TriedConditionView[];

  @ApiProperty({ ...ANY_OBJECT, example: { emailQuality: 'good' }, description: 'Of people, those of the first' })
  wrote!: Record<string, JsonValue>;

  @ApiProperty({ type: [String], example: [], description: "Names whose value the request's own one keeps out" })
  kept!: string[];

  @ApiProperty({ type: [String], example: [], description: 'Values for later steps, which are not in the callback' })
  alsoFound!: string[];
}

/** A reason why the service would not take the request. */
export class TriedRefusalView {
  @ApiProperty({ example: 'objectData.objectContext.leadData.email' })
  field!: string;

  @ApiProperty({ example: 'is missing' })
  message!: string;
}

/** A subject that went through a pipeline. Nothing of it is stored, and nothing was sent to Adobe. */
export class TrialView {
  @ApiProperty({ example: 'email-validation' })
  service!: string;

  @ApiProperty({ enum: OUTCOMES, example: 'success', description: 'refused: no step ran' })
  outcome!: (typeof OUTCOMES)[number];

  @ApiProperty({ type: String, nullable: true, example: null })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  @ApiProperty({ example: 35 })
  ms!: number;

  @ApiProperty({ type: [TriedRefusalView] })
  refusals!: TriedRefusalView[];

  @ApiProperty({ type: [TriedStepView] })
  steps!: TriedStepView[];

  @ApiProperty({ type: [String], example: [] })
  warnings!: string[];

  @ApiProperty({ type: String, nullable: true, example: '{}', description: 'The body that would be sent, as text' })
  callback!: string | null;
}
