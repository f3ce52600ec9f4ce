import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { InboundAuthScheme } from '../config/config.js';
import { CallerAuthenticator } from '../security/caller-authenticator.js';
import { Catalog } from './catalog.js';

/** The reason why no caller passes. */
const REASONS: Readonly<Record<InboundAuthScheme, string>> = {
  apiKey: 'INBOUND_API_KEYS is empty',
  basic: 'INBOUND_BASIC_USERS is empty',
  oauth2: 'that is not available yet',
};

/** Names at boot the services that no caller can use: their 401 would look like the caller's fault. */
@Injectable()
export class UnreachableServices implements OnModuleInit {
  private readonly log = new Logger('Catalog');

  constructor(
    private readonly catalog: Catalog,
    private readonly callers: CallerAuthenticator,
  ) {}

  onModuleInit(): void {
    for (const { apiName, auth } of this.catalog.all()) {
      if (auth === null || this.callers.hasCredentials(auth)) continue;
      const file = this.catalog.fileOf(apiName) ?? apiName;
      this.log.warn(`${file}: auth is ${auth}, but ${REASONS[auth]}: no caller can use ${apiName}`);
    }
  }
}
