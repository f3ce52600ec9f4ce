import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { credentialInAuthorization } from '../../security/caller-credentials.js';
import type { CallerRequest } from '../../security/caller-scheme.js';
import { EqpSessions } from './eqp-sessions.js';
import type { EqpSessionUser } from './eqp-sessions.repository.js';

interface SessionRequest extends CallerRequest {
  eqpUser?: EqpSessionUser;
}

/** Lets users with a live session through. */
@Injectable()
export class EqpSessionGuard implements CanActivate {
  constructor(private readonly sessions: EqpSessions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SessionRequest>();
    const presented = credentialInAuthorization(request, 'Bearer');
    if (presented.kind !== 'present') {
      throw unauthorized('Send a session token once, as Authorization: Bearer <ust>.');
    }
    const user = await this.sessions.findUser(presented.value);
    if (user === null) throw unauthorized('The session token is unknown or has expired: open a new session.');
    request.eqpUser = user;
    return true;
  }
}

/** Parameter decorator: the user of the session; only behind {@link EqpSessionGuard}. */
export const SessionUser = createParamDecorator((_: unknown, context: ExecutionContext): EqpSessionUser => {
  const { eqpUser } = context.switchToHttp().getRequest<SessionRequest>();
  if (eqpUser === undefined) throw new Error('a route for sessions is not behind EqpSessionGuard');
  return eqpUser;
});

function unauthorized(message: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge: 'Bearer realm="eqp"' });
}
