import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Actor, findActor } from './admin-actor.js';

/** Parameter decorator: the key that acts, as the audit names it; only behind `AdminGuard`. */
export const AdminActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = findActor(context.switchToHttp().getRequest<object>());
  if (actor === null) throw new Error('a route for administrators is not behind AdminGuard');
  return actor;
});
