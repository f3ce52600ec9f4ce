import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { problemsOf } from './dto-problems.js';
import { readJsonObject } from './json-body.js';
import { RequestError } from './request-error.js';

/**
 * Parameter decorator for admin and registration bodies: `@JsonBody(CreateThing) body: CreateThing` is parsed after
 * the guards ran and validated against the DTO; fields the DTO does not name are refused.
 * @throws RequestError 400, 415, or 422 VALIDATION_ERROR with one detail per field.
 */
export const JsonBody = createParamDecorator(async (dto: Type<object>, context: ExecutionContext): Promise<object> => {
  const body = plainToInstance(dto, readJsonObject(context.switchToHttp().getRequest<FastifyRequest>()));
  const errors = await validate(body, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length === 0) return body;
  const details = problemsOf(errors);
  throw new RequestError(422, 'VALIDATION_ERROR', details[0]?.message ?? 'The request body is not valid.', { details });
});
