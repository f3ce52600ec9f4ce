import { Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody, ValidQuery } from '../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../http/edit.decorator.js';
import { type Precondition, withEtag } from '../http/etag.js';
import { PageQuery } from '../http/page-query.dto.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import {
  ChangeOAuthClient,
  CreateOAuthClient,
  IssuedOAuthClient,
  IssuedOAuthSecret,
  OAuthClientPage,
  OAuthClientView,
} from './oauth-clients.dto.js';
import { OAuthClients } from './oauth-clients.js';

const ID = { name: 'id', format: 'uuid', example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' };
const SECRET_ID = { name: 'secretId', format: 'uuid', example: '0198f0c2-7a56-7b21-8f0e-3d5c1a9b7e02' };

/** Lets administrators give callers client credentials for access tokens, and take them back. */
@ApiTags('keys and audit')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/oauth-clients')
export class OAuthClientsController {
  constructor(private readonly clients: OAuthClients) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Makes a client of the scheme oauth2; its secret is shown this once' })
  @ApiBody({ type: CreateOAuthClient })
  @ApiCreatedResponse({ type: IssuedOAuthClient })
  @Refusals({ 409: 'The name is taken' })
  create(
    @JsonBody(CreateOAuthClient) { name }: CreateOAuthClient,
    @AdminActor() actor: Actor,
  ): Promise<IssuedOAuthClient> {
    return this.clients.create(name, actor);
  }

  @Get()
  @ApiOperation({ summary: 'Lists clients of the scheme oauth2, the newest first' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: OAuthClientPage })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<OAuthClientPage> {
    return this.clients.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a client, and when each of its secrets was used last' })
  @ApiParam(ID)
  @ApiOkResponse({ type: OAuthClientView })
  @AnswersWithEtag()
  async get(
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientView> {
    return withEtag(reply, await this.clients.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Renames a client, disables or enables it; at once, in every process' })
  @ApiParam(ID)
  @ApiBody({ type: ChangeOAuthClient })
  @ApiOkResponse({ type: OAuthClientView })
  @Refusals({ 409: 'The name is taken' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('id', UuidPipe) id: string,
    @JsonBody(ChangeOAuthClient) body: ChangeOAuthClient,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientView> {
    return withEtag(reply, await this.clients.change(id, body, seen, actor));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a client; its tokens are refused from then on' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('id', UuidPipe) id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.clients.remove(id, seen, actor);
  }

  @Post(':id/secrets')
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Adds a second secret, to change over without a gap; it is shown this once' })
  @ApiParam(ID)
  @ApiCreatedResponse({ type: IssuedOAuthSecret })
  @Refusals({ 409: 'There are two already' })
  addSecret(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<IssuedOAuthSecret> {
    return this.clients.addSecret(id, actor);
  }

  @Delete(':id/secrets/:secretId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a secret, and the tokens that were issued for it; at once, in every process' })
  @ApiParam(ID)
  @ApiParam(SECRET_ID)
  @ApiNoContentResponse()
  @Edit()
  endSecret(
    @Param('id', UuidPipe) id: string,
    @Param('secretId', UuidPipe) secretId: string,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<void> {
    return this.clients.endSecret(id, secretId, seen, actor);
  }
}
