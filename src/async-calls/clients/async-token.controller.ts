import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { AppConfig } from '../../config/config.js';
import { readJsonObject } from '../../http/json-body.js';
import { checkGrant, readCredentials } from '../../http/token-fields.js';
import { AsyncTokenAnswer, AsyncTokenRequest, LegacyTokenAnswer, LegacyTokenRequest } from './async-token.dto.js';
import { AsyncTokens, TOKEN_LIFE_SECONDS } from './async-tokens.js';

/** Every token may do the same, in the words of the published list; typed clients need the member. */
const SCOPE = 'list_and_subscribers_read list_and_subscribers_write';

/** Issues tokens for asynchronous calls, in the form of today and in the one before. */
@ApiTags('async calls')
@ApiSecurity({})
@Refusals({ 401: 'The credentials are unknown', 429: 'Too many tries' })
@Controller()
export class AsyncTokenController {
  /** Clients append `Service.asmx`, so the slash at the end matters. */
  private readonly base: string;

  constructor(
    private readonly tokens: AsyncTokens,
    config: AppConfig,
  ) {
    this.base = `${config.http.publicUrl}/`;
  }

  @Post('v2/token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Issues an access token for client credentials' })
  @ApiBody({ type: AsyncTokenRequest })
  @ApiOkResponse({ type: AsyncTokenAnswer })
  async issue(@Req() request: FastifyRequest): Promise<AsyncTokenAnswer> {
    const body = readJsonObject(request);
    checkGrant(body);
    const [clientId, clientSecret] = readCredentials(body, 'client_id', 'client_secret');
    const token = await this.tokens.issue({ clientId, clientSecret, from: request.ip });
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: TOKEN_LIFE_SECONDS,
      scope: SCOPE,
      soap_instance_url: this.base,
      rest_instance_url: this.base,
    };
  }

  @Post('v1/requestToken')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Issues an access token to older clients' })
  @ApiBody({ type: LegacyTokenRequest })
  @ApiOkResponse({ type: LegacyTokenAnswer })
  async issueLegacy(@Req() request: FastifyRequest): Promise<LegacyTokenAnswer> {
    const [clientId, clientSecret] = readCredentials(readJsonObject(request), 'clientId', 'clientSecret');
    const token = await this.tokens.issue({ clientId, clientSecret, from: request.ip });
    return { accessToken: token, expiresIn: TOKEN_LIFE_SECONDS };
  }
}
