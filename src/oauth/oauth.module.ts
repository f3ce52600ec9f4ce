import { type DynamicModule, Global, Module, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { ErrorDialects } from '../http/error-dialects.js';
import { AccessTokens } from '../security/access-tokens.js';
import { ExternalIssuer } from './external-issuer.js';
import { ExternalTokens } from './external-tokens.js';
import { IssuerClient } from './issuer.client.js';
import { LiveSecrets } from './live-secrets.js';
import { OAuthAccessTokens } from './oauth-access-tokens.js';
import { OAuthClients } from './oauth-clients.js';
import { OAuthClientsController } from './oauth-clients.controller.js';
import { OAuthClientsRepository } from './oauth-clients.repository.js';
import { OAuthSecretsRepository } from './oauth-secrets.repository.js';
import { OAuthTokenController } from './oauth-token.controller.js';
import { OAUTH_ERROR, renderOAuthError } from './oauth-token-error.js';
import { OwnTokens } from './own-tokens.js';
import { SigningKeys } from './signing-keys.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { TokenIssuer } from './token-issuer.js';

const COMMANDS = [OAuthClients, OAuthClientsRepository, TokenIssuer];

/**
 * Access tokens of callers: who gets them, the keys that sign them, and the worth of one. Global, as every process has
 * the guard that asks; those that serve no routes have no commands.
 */
@Global()
@Module({
  providers: [
    { provide: AccessTokens, useClass: OAuthAccessTokens },
    ExternalIssuer,
    ExternalTokens,
    IssuerClient,
    LiveSecrets,
    OAuthSecretsRepository,
    OwnTokens,
    SigningKeys,
    SigningKeysRepository,
  ],
  exports: [AccessTokens],
})
export class OAuthModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: OAuthModule };
    return {
      module: OAuthModule,
      controllers: [OAuthTokenController, OAuthClientsController],
      providers: COMMANDS,
    };
  }

  constructor(private readonly dialects: ErrorDialects) {}

  onModuleInit(): void {
    this.dialects.register('/oauth2', renderOAuthError, OAUTH_ERROR);
  }
}
