import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/config.js';
import { Refusals } from '../http/refusals.decorator.js';
import { RequestError } from '../http/request-error.js';
import { OAuthTokenAnswer, OAuthTokenRequest } from './oauth-token.dto.js';
import { TokenIssuer } from './token-issuer.js';
import { TOKEN_LIFE_SECONDS } from './token-life.js';
import { readTokenRequest } from './token-request.reader.js';

/** Issues access tokens to callers of services. */
@ApiTags('services')
@ApiSecurity({})
@Controller('oauth2')
export class OAuthTokenController {
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly config: AppConfig,
  ) {}

  @Post('token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Issues an access token for client credentials, by Basic authentication or in the body' })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ type: OAuthTokenRequest })
  @ApiOkResponse({ type: OAuthTokenAnswer })
  @Refusals({
    401: 'The credentials are unknown, or the client is disabled',
    404: 'Tokens come from OAUTH_ISSUER',
    429: 'Too many tries',
  })
  async issue(@Req() request: FastifyRequest): Promise<OAuthTokenAnswer> {
    if (this.config.inbound.oauthIssuer !== null) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'Access tokens come from another issuer: see openapi.json.');
    }
    const token = await this.issuer.issue(readTokenRequest(request));
    return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFE_SECONDS };
  }
}
