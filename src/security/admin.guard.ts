import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/config.js';
import { requestIdOf } from '../http/request-ids.js';
import { RequestError } from '../http/request-error.js';
import { noteActor } from './admin-actor.js';
import { AdminAuthenticator } from './admin-authenticator.js';
import { reaches } from './admin-roles.js';
import { findLeastRole } from './admin-routes.js';
import { AdminSessions } from './admin-sessions.js';
import { auditAddressOf } from './audit-address.js';

type AdminRequest = Pick<FastifyRequest, 'headers' | 'method' | 'routeOptions' | 'ip' | 'query'>;

/**
 * Lets administrators through: `Authorization: Bearer <admin key>`, or the cookie of a session that began with one, where
 * the key's role reaches the least role of the route. Callers' keys do not count here.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly authenticator: AdminAuthenticator,
    private readonly config: AppConfig,
    private readonly sessions: AdminSessions,
  ) {}

  /** @throws RequestError 401 without a live key or a session's CSRF token, 403 where the role does not reach. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const key = this.sessions.isMeantIn(request)
      ? (await this.sessions.authenticate(request)).key
      : await this.authenticator.authenticate(request);
    const least = findLeastRole(request.method, request.routeOptions.url ?? '');
    // A test finds a route without an entry; a process that has one all the same keeps it closed.
    if (least === null) throw new Error('a route for administrators has no least role: see ADMIN_ROUTES');
    if (!reaches(key.role, least)) {
      throw new RequestError(403, 'FORBIDDEN', `This needs the role ${least}; the key has the role ${key.role}`);
    }
    const address = auditAddressOf(request.ip, this.config.operations.auditAddress);
    noteActor(request, { ...key, requestId: requestIdOf(request), address, claimId: null });
    return true;
  }
}
