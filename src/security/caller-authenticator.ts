import { Injectable, Logger } from '@nestjs/common';
import { AppConfig, type InboundAuthScheme } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { AccessTokens } from './access-tokens.js';
import { ApiKeyScheme } from './caller-api-key-scheme.js';
import { BasicScheme } from './caller-basic-scheme.js';
import { OAuth2Scheme } from './caller-oauth2-scheme.js';
import type { Caller, CallerRequest, CallerScheme } from './caller-scheme.js';
import type { CallerService } from './caller-services.js';

/** Decides who may call a service, by exactly one scheme: the service's own, else `INBOUND_AUTH`. */
@Injectable()
export class CallerAuthenticator {
  private readonly schemes: Readonly<Record<InboundAuthScheme, CallerScheme>>;

  constructor(
    private readonly config: AppConfig,
    secrets: Secrets,
    tokens: AccessTokens,
  ) {
    this.schemes = {
      apiKey: new ApiKeyScheme(config.inbound, secrets.inboundApiKeys),
      basic: new BasicScheme(secrets.inboundBasicUsers),
      oauth2: new OAuth2Scheme(tokens),
    };
    const { auth } = config.inbound;
    if (!this.hasCredentials(auth)) {
      new Logger(CallerAuthenticator.name).warn(
        `INBOUND_AUTH is ${auth}, but no credentials are set: every call is refused`,
      );
    }
  }

  /** Whether anybody could pass by this scheme at all. */
  hasCredentials(scheme: InboundAuthScheme): boolean {
    return this.schemes[scheme].hasCredentials;
  }

  /**
   * At once where the scheme needs to ask nothing else.
   * @param service null at `/`, where the default scheme counts and the caller checks the service it picks.
   * @throws {RequestError} 401 UNAUTHORIZED without the right credentials, 403 FORBIDDEN when the service is disabled.
   */
  authenticate(request: CallerRequest, service: CallerService | null): Caller | Promise<Caller> {
    const caller = this.schemes[service?.auth ?? this.config.inbound.auth].authenticate(request);
    if (service === null) return caller;
    if (caller instanceof Promise) {
      return caller.then((known) => {
        requireEnabled(service);
        return known;
      });
    }
    requireEnabled(service);
    return caller;
  }
}

/** @throws {RequestError} 403 FORBIDDEN when the service is switched off. */
export function requireEnabled(service: Pick<CallerService, 'enabled'>): void {
  if (!service.enabled) {
    throw new RequestError(403, 'FORBIDDEN', 'This service is switched off: ask its operator to enable it');
  }
}
