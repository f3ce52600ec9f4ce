import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, IsOptional, IsString, ValidateBy } from 'class-validator';
import type { Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import { ORG_MAX_BYTES, PATHS_MAX, TOKEN_MAX_BYTES } from './execution-request.limits.js';
import { isHeaderValue } from './header-value.js';
import { Nested } from './nested.js';

/** Members as Adobe and the admin please; all are kept. */
const ANY_MEMBERS = { type: 'object', additionalProperties: true, nullable: true } as const;

function IsHeaderValue(maxBytes: number): PropertyDecorator {
  return ValidateBy({
    name: 'isHeaderValue',
    validator: {
      validate: (value) => typeof value === 'string' && isHeaderValue(value, maxBytes),
      defaultMessage: () => `must be a string of at most ${maxBytes} characters that is legal as a header value`,
    },
  });
}

function IsOperands(): PropertyDecorator {
  return ValidateBy({
    name: 'isOperands',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every((operand) => operand !== null && typeof operand !== 'object'),
      defaultMessage: () => 'must be an array of strings',
    },
  });
}

/** One condition of a split path. Unknown operators are kept: they match nothing. */
export class PathConditionDto {
  @ApiProperty({ example: 'emailScore' })
  @IsString({ message: 'must be a string' })
  accessor!: string;

  @ApiProperty({ example: 'greaterThan' })
  @IsString({ message: 'must be a string' })
  operator!: string;

  @ApiProperty({ type: [String], example: ['80'] })
  @IsOperands()
  values!: readonly JsonValue[];
}

/** One path of a journey's split; without conditions the default path. */
export class JourneyPathDto {
  @ApiProperty({ example: 'path-1' })
  @IsString({ message: 'must be a string' })
  pathId!: string;

  @ApiProperty({ type: [PathConditionDto] })
  @ArrayMaxSize(PATHS_MAX, { message: `must have at most ${PATHS_MAX} conditions` })
  @IsArray({ message: 'must be an array' })
  @Nested(() => PathConditionDto)
  pathDefinition!: readonly PathConditionDto[];
}

/** The choices of the journey's author. `timeout` is checked with the service's rules: it is a 422, not a 400. */
export class ActionConfigDto {
  @ApiPropertyOptional({ type: Number, minimum: 1, description: 'Minutes; the service definition has the default.' })
  @IsOptional()
  timeout?: JsonValue;

  @ApiPropertyOptional({ type: [JourneyPathDto] })
  @IsOptional()
  @ArrayMaxSize(PATHS_MAX, { message: `must have at most ${PATHS_MAX} paths` })
  @IsArray({ message: 'must be an array' })
  @Nested(() => JourneyPathDto)
  pathConfig?: readonly JourneyPathDto[] | null;
}

/** The owner of the journey. */
export class SubscriptionDto {
  @ApiPropertyOptional({ type: String, example: '1234567890ABCDEF@AdobeOrg' })
  @IsOptional()
  @IsHeaderValue(ORG_MAX_BYTES)
  imsOrgId?: string | null;
}

/** Circumstances of a request. */
export class ContextDto {
  @ApiPropertyOptional({ type: SubscriptionDto })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @Nested(() => SubscriptionDto)
  subscription?: SubscriptionDto | null;

  @ApiPropertyOptional(ANY_MEMBERS)
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  journey?: Fields | null;

  @ApiPropertyOptional({ ...ANY_MEMBERS, description: 'Stored encrypted, never shown.' })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  admin?: Fields | null;

  @ApiPropertyOptional(ANY_MEMBERS)
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  globalAttributes?: Fields | null;
}

/** Whom the request is about. `objectContext` is read by its objectType, see {@link ./entity-context.ts}. */
export class ObjectDataDto {
  @ApiProperty({ enum: ['lead', 'account', 'accountPerson'] })
  @IsString({ message: 'must be a string' })
  objectType!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  @IsObject({ message: 'must be an object' })
  objectContext!: Fields;

  @ApiPropertyOptional(ANY_MEMBERS)
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  flowStepContext?: Fields | null;
}

/** Adobe's execution request, the envelope. Unknown fields are kept. */
export class ExecutionRequestDto {
  @ApiProperty({ maxLength: TOKEN_MAX_BYTES, description: 'Echoed with the callback; the same token is served once.' })
  @IsHeaderValue(TOKEN_MAX_BYTES)
  token!: string;

  @ApiProperty({ format: 'uri' })
  @IsString({ message: 'must be a string' })
  callbackUrl!: string;

  @ApiProperty({ type: ObjectDataDto })
  @IsObject({ message: 'must be an object' })
  @Nested(() => ObjectDataDto)
  objectData!: ObjectDataDto;

  @ApiPropertyOptional({ type: ContextDto })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @Nested(() => ContextDto)
  context?: ContextDto | null;

  @ApiPropertyOptional({ type: ActionConfigDto })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @Nested(() => ActionConfigDto)
  actionConfig?: ActionConfigDto | null;

  @ApiPropertyOptional({ ...ANY_MEMBERS, description: 'Stored encrypted, never shown; real HTTP headers win.' })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  customHeaders?: Fields | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true })
  @IsOptional()
  @IsBoolean({ message: 'must be a boolean' })
  enableSplitPaths?: boolean | null;
}
