import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

/** Largest body of a check or a trial, in bytes. */
export const AUTHORING_BODY_BYTES = 256 * 1024;

const SEVERITIES = Object.freeze(['problem', 'warning'] as const);

/** A definition to look at. */
export class CheckDefinition {
  @ApiProperty({
    example: 'apiName: email-validation\nentityType: lead\n',
    maxLength: AUTHORING_BODY_BYTES,
    description: 'The text of the file, YAML or JSON',
  })
  @MinLength(1, { message: 'must not be empty' })
  @MaxLength(AUTHORING_BODY_BYTES, { message: `must have at most ${AUTHORING_BODY_BYTES} characters` })
  @IsString({ message: 'must be a text' })
  definition!: string;
}

/** One thing that is wrong, or may be. */
export class FindingView {
  @ApiProperty({ enum: SEVERITIES, example: 'problem', description: 'A warning stops nothing' })
  severity!: (typeof SEVERITIES)[number];

  @ApiProperty({ example: 'pipeline[0].timeout', description: 'The key; empty for the whole text' })
  path!: string;

  @ApiProperty({ type: Number, nullable: true, example: 12, description: 'From 1; null: not known' })
  line!: number | null;

  @ApiProperty({ example: 'is not a duration' })
  reason!: string;

  @ApiProperty({ example: 'write it as 500ms, 5s or 2m' })
  remedy!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: "The same in the words of Adobe's screen, where it has words for it",
  })
  screen!: string | null;
}

/** The result of a check. */
export class DefinitionReport {
  @ApiProperty({ type: String, nullable: true, example: 'email-validation', description: 'Null: it cannot be read' })
  name!: string | null;

  @ApiProperty({ example: false, description: 'Without a problem; there may be warnings' })
  valid!: boolean;

  @ApiProperty({ example: false, description: 'A service of this name is served: this one would replace it' })
  replaces!: boolean;

  @ApiProperty({ type: [FindingView] })
  findings!: FindingView[];
}
