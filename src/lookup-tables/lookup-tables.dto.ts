import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  Max,
  Min,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { IsOneOf } from '../http/one-of.js';
import { PageQuery } from '../http/page-query.dto.js';
import { DUPLICATE_RULES, type DuplicateRule, TABLE_LIMITS } from './table-limits.js';
import { type Fold, FOLDS } from './table-key.js';

/** Signs that are awkward in a URL have a name. */
export const DELIMITER_NAMES: Readonly<Record<string, string>> = Object.freeze({
  comma: ',',
  semicolon: ';',
  tab: '\t',
  pipe: '|',
});

const toList = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? [value] : value);
const toCommaList = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? (value === 'none' ? [] : value.split(',').map((one) => one.trim())) : value;
const toNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
const toFlag = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

@ValidatorConstraint({ name: 'columnNames' })
class ColumnNames implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return (
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === 'string' && /^\P{Cc}{1,1000}$/u.test(name))
    );
  }

  defaultMessage(): string {
    return 'must name one or more columns';
  }
}

@ValidatorConstraint({ name: 'cellsByColumn' })
class CellsByColumn implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const cells = Object.values(value);
    return (
      cells.length > 0 && cells.length <= TABLE_LIMITS.keyColumns && cells.every((cell) => typeof cell === 'string')
    );
  }

  defaultMessage(): string {
    return `must be an object of 1 to ${TABLE_LIMITS.keyColumns} texts by column`;
  }
}

@ValidatorConstraint({ name: 'folds' })
class Folds implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.every((one) => (FOLDS as readonly unknown[]).includes(one));
  }

  defaultMessage(): string {
    return `must be none, or ${FOLDS.join(' and ')}, joined by a comma`;
  }
}

/** How a file is to be read, and what its table is to be like. */
export class UploadQuery {
  @ApiPropertyOptional({
    type: [String],
    example: ['country', 'postcode'],
    description:
      'Columns of the key: repeated, or joined by commas. Without it those of the version before, at first the first column',
  })
  @Transform(toList)
  @IsOptional()
  @Validate(ColumnNames)
  key?: string[];

  @ApiPropertyOptional({
    enum: ['none', 'case', 'accents', 'case,accents'],
    example: 'case,accents',
    description: 'What two keys may differ in and still be the same. Without it as the version before, at first none',
  })
  @Transform(toCommaList)
  @IsOptional()
  @Validate(Folds)
  fold?: Fold[];

  @ApiPropertyOptional({ enum: [',', ';', '|', ...Object.keys(DELIMITER_NAMES)], description: 'Without it: found out' })
  @IsOptional()
  @IsOneOf([',', ';', '|', '\t', ...Object.keys(DELIMITER_NAMES)])
  delimiter?: string;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Whether the first line names the columns. Without it: found out',
  })
  @Transform(toFlag)
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  header?: boolean;

  @ApiPropertyOptional({ enum: ['double', 'none'], default: 'double', description: 'none: quotes are letters' })
  @IsOptional()
  @IsOneOf(['double', 'none'])
  quote: 'double' | 'none' = 'double';

  @ApiPropertyOptional({
    enum: DUPLICATE_RULES,
    default: 'refuse',
    description: 'Which of several rows with one key counts',
  })
  @IsOptional()
  @IsOneOf(DUPLICATE_RULES)
  onDuplicate: DuplicateRule = 'refuse';

  @ApiPropertyOptional({ type: Number, default: 0, minimum: 0, description: 'Bad rows that may be left out' })
  @Transform(toNumber)
  @IsOptional()
  @Max(TABLE_LIMITS.rows, { message: `must be at most ${TABLE_LIMITS.rows}` })
  @Min(0, { message: 'must be at least 0' })
  @IsInt({ message: 'must be a whole number' })
  maxBadRows: number = 0;
}

/** The rows to show. */
export class ListRowsQuery extends PageQuery {
  @ApiPropertyOptional({ type: Number, minimum: 1, description: 'Without it the current one' })
  @Transform(toNumber)
  @IsOptional()
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number' })
  version?: number;
}

/** The key of a row. */
export class RowKey {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { email: 'ada@example.com' },
    description: 'A text by column of the key',
  })
  @Validate(CellsByColumn)
  key!: Record<string, string>;
}

/** A version of a table. */
export class VersionView {
  @ApiProperty({ example: 3, description: 'Counts the uploads' }) version!: number;
  @ApiProperty({ example: true, description: 'Whether look-ups see it' }) current!: boolean;
  @ApiProperty({ type: [String], example: ['country', 'postcode', 'territory'] }) columns!: string[];
  @ApiProperty({ type: [String], example: ['country', 'postcode'] }) key!: string[];
  @ApiProperty({ type: [String], enum: FOLDS, example: ['case'] }) fold!: string[];
  @ApiProperty({ example: 41_210 }) rows!: number;
  @ApiProperty({ example: 1_874_000, description: 'Of the file' }) bytes!: number;
  @ApiProperty({ example: 0, description: 'Rows that were left out' }) badRows!: number;
  @ApiProperty({ example: 0, description: 'Rows with the key of another' }) duplicates!: number;
  @ApiProperty({ type: String, format: 'date-time' }) uploadedAt!: Date;
  @ApiProperty({ example: '5e884898', description: 'Fingerprint of the admin key' }) uploadedBy!: string;
}

/** A table: its current version. */
export class TableView extends VersionView {
  @ApiProperty({ example: 'territories' }) name!: string;
}

export class TableList {
  @ApiProperty({ type: [TableView], description: 'By name' }) items!: TableView[];
}

export class VersionList {
  @ApiProperty({ type: [VersionView], description: 'The newest first' }) items!: VersionView[];
}

export class ColumnView {
  @ApiProperty({ example: 'postcode' }) name!: string;
  @ApiProperty({ example: true }) key!: boolean;
}

export class ColumnList {
  @ApiProperty({ example: 3 }) version!: number;
  @ApiProperty({ type: [ColumnView], description: "In the file's order" }) items!: ColumnView[];
}

export class BadLine {
  @ApiProperty({ example: 17 }) line!: number;
  @ApiProperty({ example: 'has 2 cells instead of 3' }) reason!: string;
}

export class DuplicateLine {
  @ApiProperty({ example: 99 }) line!: number;
  @ApiProperty({ example: 12, description: 'The line that has the key already' }) firstLine!: number;
}

/** The outcome of an upload, for its sender. */
export class UploadReceipt extends TableView {
  @ApiProperty({ example: ';', description: 'As it was given, or found out' }) delimiter!: string;
  @ApiProperty({ example: true, description: 'As it was given, or found out' }) header!: boolean;
  @ApiProperty({ type: [BadLine], description: `The first ${TABLE_LIMITS.listed}` }) badLines!: BadLine[];
  @ApiProperty({ type: [DuplicateLine], description: `The first ${TABLE_LIMITS.listed}` })
  duplicateLines!: DuplicateLine[];
}

export class RowView {
  @ApiProperty({ example: 2, description: 'Where it stands in the file' }) line!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { country: 'DE', territory: 'North' },
  })
  cells!: Record<string, string>;
}

/** A page of rows, in no order that means anything. */
export class RowList {
  @ApiProperty({ example: 3 }) version!: number;
  @ApiProperty({ type: [RowView] }) items!: RowView[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' }) nextCursor!: string | null;
}

/** Where a row was taken out. */
export class DeletedRowView {
  @ApiProperty({ type: [Number], example: [2, 3], description: 'Versions that had it; empty: none' })
  versions!: number[];
  @ApiProperty({
    type: [Number],
    example: [],
    description: 'Versions that are looked up by another key, and may have the row still',
  })
  notSearched!: number[];
}
