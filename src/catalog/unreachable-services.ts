import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { InboundAuthScheme } from '../config/config.js';
import { CallerAuthenticator } from '../security/caller-authenticator.js';
import { Catalog } from './catalog.js';
import type { CatalogVersion } from './catalog-version.js';

/** The reason why no caller passes. */
const REASONS: Readonly<Record<InboundAuthScheme, string>> = {
  apiKey: 'INBOUND_API_KEYS is empty',
  basic: 'INBOUND_BASIC_USERS is empty',
  oauth2: 'no client has a secret',
};

/** Names, at boot and after a reload, the services that no caller can use: their 401 would look like the caller's fault. */
@Injectable()
export class UnreachableServices implements OnModuleInit {
  private readonly log = new Logger('Catalog');

  constructor(
    private readonly catalog: Catalog,
    private readonly callers: CallerAuthenticator,
  ) {}

  onModuleInit(): void {
    this.catalog.follow((next) => () => this.tell(next));
  }

  private tell(version: CatalogVersion): void {
    for (const { apiName, auth } of version.definitions) {
      if (auth === null || this.callers.hasCredentials(auth)) continue;
      const file = version.find(apiName)?.file ?? apiName;
      this.log.warn(`${file}: auth is ${auth}, but ${REASONS[auth]}: no caller can use ${apiName}`);
    }
  }
}
