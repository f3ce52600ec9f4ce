import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** Lets a create be sent again without being carried out again. Only behind `AdminGuard`. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'A text of your own, e.g. a UUID. For 24 hours the same request with it gets the first answer again',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}
