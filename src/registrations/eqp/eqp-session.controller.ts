import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import { readDto, refuseProblems } from '../../http/read-dto.js';
import { RequestError } from '../../http/request-error.js';
import { readBasic } from '../../security/basic-credentials.js';
import type { CallerRequest } from '../../security/caller-scheme.js';
import { SessionRequest, SessionToken } from './eqp-session.dto.js';
import { EqpSessions } from './eqp-sessions.js';

/** Lets applications open sessions. */
@ApiTags('eqp')
@ApiBasicAuth('eqpApp')
@Controller('rest/v1/app/session')
export class EqpSessionController {
  constructor(private readonly sessions: EqpSessions) {}

  @Post('token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Opens a session: Basic authentication with application id and secret' })
  @ApiBody({ type: SessionRequest })
  @ApiOkResponse({ type: SessionToken })
  @Refusals({ 403: 'The user is disabled', 429: 'Too many wrong credentials' })
  async open(@Req() request: FastifyRequest): Promise<SessionToken> {
    // The body counts only once its sender is known.
    const application = await this.sessions.authenticate({ ...readCredentials(request), from: request.ip });
    const { value, problems } = await readDto(SessionRequest, readJsonObject(request));
    refuseProblems(400, problems);
    return this.sessions.open(application, value);
  }
}

function readCredentials(request: CallerRequest): { readonly appId: string; readonly appSecret: string } {
  const presented = readBasic(request);
  if (presented.kind === 'present') return { appId: presented.username, appSecret: presented.password };
  const message =
    presented.kind === 'missing'
      ? 'Send the application id and the application secret by HTTP Basic authentication.'
      : 'The credentials are malformed: send one Authorization header with base64 of id:secret.';
  throw new RequestError(401, 'UNAUTHORIZED', message, { challenge: 'Basic realm="eqp"' });
}
