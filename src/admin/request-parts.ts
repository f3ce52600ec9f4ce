import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { problemsOf } from '../http/dto-problems.js';
import { readJsonObject } from '../http/json-body.js';
import { RequestError } from '../http/request-error.js';

/** Names every object has: class-transformer passes over them, or they hide an object's class from its validation. */
const isInherited = (name: string): boolean => name in Object.prototype;
const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;

/**
 * Parameter decorator for query strings: `@ValidQuery(ListThings) query: ListThings`; unknown names are refused.
 * @throws RequestError 400 with one detail per problem.
 */
export const ValidQuery = createParamDecorator((dto: Type<object>, context: ExecutionContext): Promise<object> => {
  const query = context.switchToHttp().getRequest<FastifyRequest>().query as Record<string, unknown>;
  return toValid(dto, query, 400);
});

/**
 * Parameter decorator for bodies that may be left out altogether; otherwise as `JsonBody`.
 * @throws RequestError 400, 415, or 422 with one detail per field.
 */
export const OptionalJsonBody = createParamDecorator(
  async (dto: Type<object>, context: ExecutionContext): Promise<object> => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const body = request.body as Buffer | undefined;
    return toValid(dto, body === undefined || body.length === 0 ? {} : readJsonObject(request), 422);
  },
);

async function toValid(dto: Type<object>, plain: Record<string, unknown>, status: 400 | 422): Promise<object> {
  const inherited = Object.keys(plain).filter(isInherited);
  const rest = Object.fromEntries(Object.entries(plain).filter(([name]) => !isInherited(name)));
  const instance = plainToInstance(dto, rest);
  const errors = await validate(instance, RULES);
  const details = [
    ...problemsOf(errors),
    ...inherited.map((field) => ({ field, message: 'is not a known field' })),
  ].sort((a, b) => (a.field < b.field ? -1 : 1));
  if (details.length === 0) return instance;
  const code = status === 400 ? 'INVALID_REQUEST' : 'VALIDATION_ERROR';
  throw new RequestError(status, code, details.map(({ field, message }) => `${field} ${message}`).join('; '), {
    details,
  });
}
