import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { readIfMatch } from './etag.js';
import { Refusals } from './refusals.decorator.js';

/** Marks operations for `documentTags`, which takes it out of the document again. */
export const TAGGED = 'x-tagged';

/** Documents a route of which the answer has an `ETag`. */
export function AnswersWithEtag(): MethodDecorator {
  return ApiExtension(TAGGED, true);
}

/** Documents an edit: it may bring `If-Match`, which {@link IfMatch} reads, and is refused with 412. */
export function Edit(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag that the edit is based on. Without it the edit is made to the resource as it is now',
      schema: { type: 'string' },
    }),
    Refusals({ 412: 'It has changed since the ETag of If-Match; ETag is the current one' }),
  );
}

/** Parameter decorator: the {@link ./etag.ts Precondition} of the request. @throws RequestError 400. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return readIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']);
});
