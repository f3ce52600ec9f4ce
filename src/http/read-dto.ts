import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { problemsOf } from './dto-problems.js';
import { disguise, holdsInherited, undisguise, undisguiseText } from './inherited-names.js';
import { RequestError, type RequestProblem } from './request-error.js';

/** The value and all its problems; `value` may be used only where there is none. */
export interface Reading<Dto> {
  readonly value: Dto;
  readonly problems: readonly RequestProblem[];
}

/**
 * Reads a plain object as a DTO without throwing: a caller that checks more (stored rows, addresses) adds its
 * findings and reports everything together. Fields the DTO does not name are problems.
 */
export async function readDto<Dto extends object>(
  dto: Type<Dto>,
  plain: Readonly<Record<string, unknown>>,
): Promise<Reading<Dto>> {
  const disguised = holdsInherited(plain);
  const value = plainToInstance(dto, disguised ? (disguise(plain) as object) : plain);
  const errors = await validate(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  const problems = problemsOf(errors).map((problem) => ({ ...problem, field: undisguiseText(problem.field) }));
  if (disguised) undisguise(value);
  return { value, problems: problems.sort(byPlace(Object.keys(plain))) };
}

/** @throws RequestError naming every problem, when there are any. */
export function refuseProblems(status: 400 | 422, problems: readonly RequestProblem[]): void {
  if (problems.length === 0) return;
  const code = status === 400 ? 'INVALID_REQUEST' : 'VALIDATION_ERROR';
  const message = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ');
  throw new RequestError(status, code, message, { details: problems });
}

/** In the order of the request: that is where its writer looks; what is missing comes last. */
function byPlace(names: readonly string[]): (a: RequestProblem, b: RequestProblem) => number {
  const place = ({ field }: RequestProblem): number => {
    const index = names.indexOf(/^[^.[]+/.exec(field)?.[0] ?? field);
    return index === -1 ? names.length : index;
  };
  return (a, b) => place(a) - place(b);
}
