import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsDisplayName } from '../../http/field-rules.js';

/** The shape of a company_id, in a path and in a body. */
export const COMPANY_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A company to create. */
export class CreateCompany {
  @ApiProperty({ example: 'acme', description: 'Letters, digits, dots, hyphens and underscores; part of its paths' })
  @Matches(COMPANY_ID, { message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores' })
  company_id!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Acme, marketing',
    description: 'For administrators alone',
  })
  @IsOptional()
  @IsDisplayName()
  name?: string | null;
}

/** Changes of a company; its company_id is part of the paths that it calls, and stays. */
export class ChangeCompany {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'Acme, marketing', description: 'Null: none' })
  @IsOptional()
  @IsDisplayName()
  name?: string | null;
}

/** The credentials of a company; the password is shown this once. */
export class CompanyCredentialsView {
  @ApiProperty({ example: 'acme' }) company_id!: string;
  @ApiProperty({ example: 'c_5f1a9c0e77d2b344' }) username!: string;
  @ApiProperty({ example: 'kN4hF9xW2…', description: 'Shown only now' }) password!: string;
}

/** A company as administrators see it. */
export class CompanyView {
  @ApiProperty({ example: 'acme' }) company_id!: string;
  @ApiProperty({ type: String, nullable: true, example: 'Acme, marketing' }) name!: string | null;
  @ApiProperty({ example: 'c_5f1a9c0e77d2b344' }) username!: string;
  @ApiProperty({ enum: ['active', 'disabled'], example: 'active' }) state!: 'active' | 'disabled';
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:00:00.000Z' }) created_at!: Date;
}

/** A page of companies, the newest first. */
export class CompanyPage {
  @ApiProperty({ type: [CompanyView] }) items!: CompanyView[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' }) nextCursor!: string | null;
}
