import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readJsonObject } from './json-body.js';
import { readDto, refuseProblems } from './read-dto.js';

/**
 * Parameter decorator for admin and registration bodies: `@JsonBody(CreateThing) body: CreateThing` is parsed after
 * the guards ran and validated against the DTO; fields the DTO does not name are refused.
 * @throws RequestError 400, 415, or 422 VALIDATION_ERROR with one detail per field.
 */
export const JsonBody = createParamDecorator((dto: Type<object>, context: ExecutionContext): Promise<object> => {
  return toValid(dto, readJsonObject(requestOf(context)), 422);
});

/**
 * Parameter decorator for bodies that may be left out altogether; otherwise as {@link JsonBody}.
 * @throws RequestError 400, 415, or 422 with one detail per field.
 */
export const OptionalJsonBody = createParamDecorator(
  async (dto: Type<object>, context: ExecutionContext): Promise<object> => {
    const request = requestOf(context);
    const body = request.body as Buffer | undefined;
    return toValid(dto, body === undefined || body.length === 0 ? {} : readJsonObject(request), 422);
  },
);

/**
 * Parameter decorator for query strings: `@ValidQuery(ListThings) query: ListThings`; unknown names are refused.
 * @throws RequestError 400 with one detail per problem.
 */
export const ValidQuery = createParamDecorator((dto: Type<object>, context: ExecutionContext): Promise<object> => {
  return toValid(dto, requestOf(context).query as Record<string, unknown>, 400);
});

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

async function toValid(dto: Type<object>, plain: Record<string, unknown>, status: 400 | 422): Promise<object> {
  const { value, problems } = await readDto(dto, plain);
  refuseProblems(status, problems);
  return value;
}
