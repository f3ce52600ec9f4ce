import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { AppConfig } from '../../config/config.js';
import { type JsonObject, jsonTypeOf, readJsonObject } from '../../http/json-body.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { AsyncTokenAnswer, AsyncTokenRequest, LegacyTokenAnswer, LegacyTokenRequest } from './async-token.dto.js';
import { AsyncTokens, TOKEN_LIFE_SECONDS } from './async-tokens.js';

const CREDENTIAL_MAX = 512;
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
    checkGrant(body['grant_type']);
    const [clientId, clientSecret] = readTexts(body, 'client_id', 'client_secret');
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
    const [clientId, clientSecret] = readTexts(readJsonObject(request), 'clientId', 'clientSecret');
    const token = await this.tokens.issue({ clientId, clientSecret, from: request.ip });
    return { accessToken: token, expiresIn: TOKEN_LIFE_SECONDS };
  }
}

function checkGrant(grant: unknown): void {
  if (grant === 'client_credentials') return;
  const problem = { field: 'grant_type', message: 'must be "client_credentials"', received: jsonTypeOf(grant) };
  throw new RequestError(400, 'INVALID_REQUEST', 'The grant_type must be "client_credentials".', {
    details: [problem],
  });
}

function readTexts(body: JsonObject, idName: string, secretName: string): [id: string, secret: string] {
  const [id, secret] = [body[idName], body[secretName]];
  if (isCredential(id) && isCredential(secret)) return [id, secret];
  const problems = [
    ...(isCredential(id) ? [] : [problemOf(idName, id)]),
    ...(isCredential(secret) ? [] : [problemOf(secretName, secret)]),
  ];
  const message = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ');
  throw new RequestError(400, 'INVALID_REQUEST', `${message}.`, { details: problems });
}

function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= CREDENTIAL_MAX;
}

function problemOf(field: string, value: unknown): RequestProblem {
  const message = value === undefined ? 'is missing' : `must be a text of 1 to ${CREDENTIAL_MAX} characters`;
  return { field, message, received: jsonTypeOf(value) };
}
