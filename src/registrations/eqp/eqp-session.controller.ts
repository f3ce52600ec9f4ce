import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import { readDto, refuseProblems } from '../../http/read-dto.js';
import { readBasic } from './eqp-basic.js';
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
  @Refusals({ 403: 'The user is disabled' })
  async open(@Req() request: FastifyRequest): Promise<SessionToken> {
    // The body counts only once its sender is known.
    const { username, password } = readBasic(request, 'eqp');
    const application = await this.sessions.authenticate(username, password);
    const { value, problems } = await readDto(SessionRequest, readJsonObject(request));
    refuseProblems(400, problems);
    return this.sessions.open(application, value);
  }
}
