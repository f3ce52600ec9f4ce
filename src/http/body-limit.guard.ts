import { applyDecorators, type CanActivate, type ExecutionContext, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error.js';

/** Refuses larger bodies before anything reads them. Guards of the controller come first: a stranger is told nothing. */
class BodyLimitGuard implements CanActivate {
  constructor(private readonly maxBytes: number) {}

  /** @throws RequestError 413. */
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    const size = Buffer.isBuffer(body) ? body.length : 0;
    if (size <= this.maxBytes) return true;
    throw new RequestError(413, 'INVALID_REQUEST', `The body has more than ${this.maxBytes} bytes.`);
  }
}

/** The largest body of a route, where it is less than that of all routes. */
export function BodyLimit(maxBytes: number): MethodDecorator {
  return applyDecorators(UseGuards(new BodyLimitGuard(maxBytes)));
}
