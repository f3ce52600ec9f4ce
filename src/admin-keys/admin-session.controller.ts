import { Controller, Get, Header, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusals } from '../http/refusals.decorator.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { AdminSessions } from '../security/admin-sessions.js';
import { AdminSessionView } from './admin-session.dto.js';

/** Lets a browser go by a session instead of the key: the key is sent once, and kept by no page. */
@ApiTags('keys and audit')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/session')
export class AdminSessionController {
  constructor(private readonly sessions: AdminSessions) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Begins a session of the console with an admin key; the cookie is for browsers alone' })
  @ApiOkResponse({ type: AdminSessionView })
  @Refusals({ 400: 'The request brings a session and not a key' })
  async begin(
    @Req() request: FastifyRequest,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminSessionView> {
    const { cookie, csrfToken, endsAt } = await this.sessions.begin(request, actor);
    reply.header('set-cookie', cookie);
    return { name: actor.name, role: actor.role, csrfToken, endsAt };
  }

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Shows the key, and the session, that the request goes by' })
  @ApiOkResponse({ type: AdminSessionView })
  async get(@Req() request: FastifyRequest, @AdminActor() { name, role }: Actor): Promise<AdminSessionView> {
    if (!this.sessions.isMeantIn(request)) return { name, role, csrfToken: null, endsAt: null };
    const { csrfToken, endsAt } = await this.sessions.authenticate(request);
    return { name, role, csrfToken, endsAt };
  }

  @Post('end')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends the session, in every process at once' })
  @ApiNoContentResponse()
  async end(
    @Req() request: FastifyRequest,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { cookie } = await this.sessions.end(request, actor);
    reply.header('set-cookie', cookie);
  }
}
