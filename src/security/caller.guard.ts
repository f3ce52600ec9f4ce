import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { CallerAuthenticator } from './caller-authenticator.js';
import type { CallerRequest } from './caller-scheme.js';
import { CallerServices } from './caller-services.js';

interface RoutedRequest extends CallerRequest {
  readonly params?: unknown;
}

/**
 * Lets known callers of the route's service through; reads headers and the query only, never the body.
 * A route without `:apiName` is `/`, where the default scheme counts.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly authenticator: CallerAuthenticator,
    private readonly services: CallerServices,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<RoutedRequest>();
    const apiName = (request.params as { readonly apiName?: string } | undefined)?.apiName;
    const service = apiName === undefined ? null : this.services.get(apiName);
    const caller = this.authenticator.authenticate(request, service);
    return caller instanceof Promise ? caller.then(() => true) : true;
  }
}
