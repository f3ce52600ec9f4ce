import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/**
 * Documents refusals of a route, or of all routes of a controller, by status: `@Refusals({ 409: 'It is done already' })`.
 * The bodies come by themselves, as do the refusals every route has: see `documentRefusals`.
 */
export function Refusals(byStatus: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  const each = Object.entries(byStatus).map(([status, description]) =>
    ApiResponse({ status: Number(status), description }),
  );
  return applyDecorators(...each);
}
