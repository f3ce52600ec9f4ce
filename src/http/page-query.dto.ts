import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { UUID } from './uuid.pipe.js';

/**
 * Which page of a list to show, and how long it may be. Pages go from the newest to the oldest. No examples: Swagger UI
 * fills them in, and a list would begin after a cursor that is in none.
 */
export class PageQuery {
  @ApiPropertyOptional({ type: Number, default: 50, minimum: 1, maximum: 200 })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @Max(200, { message: 'must be at most 200' })
  @Min(1, { message: 'must be at least 1' })
  @IsInt({ message: 'must be a whole number' })
  limit: number = 50;

  @ApiPropertyOptional({ format: 'uuid', description: 'nextCursor of the page before' })
  @IsOptional()
  @Matches(UUID, { message: 'must be the nextCursor of a page' })
  cursor?: string;
}
