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
import { JsonBody, ValidQuery } from '../../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { PageQuery } from '../../http/page-query.dto.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { AsyncClients, unknownClient } from './async-clients.js';
import {
  AsyncClientCredentials,
  ChangeAsyncClient,
  AsyncClientItem,
  AsyncClientPage,
  CreateAsyncClient,
  isClientId,
} from './async-clients.dto.js';

const ID = { name: 'client_id', example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' };

/** Lets administrators create clients of asynchronous calls, list them, rotate their secrets and disable them. */
@ApiTags('async calls')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/async-clients')
export class AsyncClientsAdminController {
  constructor(private readonly clients: AsyncClients) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Creates a client of asynchronous calls; its secret is shown this once' })
  @ApiBody({ type: CreateAsyncClient })
  @ApiCreatedResponse({ type: AsyncClientCredentials })
  create(
    @JsonBody(CreateAsyncClient) { name }: CreateAsyncClient,
    @AdminActor() actor: Actor,
  ): Promise<AsyncClientCredentials> {
    return this.clients.create(name, actor);
  }

  @Get()
  @ApiOperation({ summary: 'Lists clients of asynchronous calls, the newest first' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: AsyncClientPage })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<AsyncClientPage> {
    return this.clients.page(query);
  }

  @Get(':client_id')
  @ApiOperation({ summary: 'Shows a client, without its secret' })
  @ApiParam(ID)
  @ApiOkResponse({ type: AsyncClientItem })
  @AnswersWithEtag()
  async get(@Param('client_id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AsyncClientItem> {
    return withEtag(reply, await this.clients.get(knownForm(id)));
  }

  @Patch(':client_id')
  @ApiOperation({ summary: 'Renames a client' })
  @ApiParam(ID)
  @ApiBody({ type: ChangeAsyncClient })
  @ApiOkResponse({ type: AsyncClientItem })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('client_id') id: string,
    @JsonBody(ChangeAsyncClient) body: ChangeAsyncClient,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AsyncClientItem> {
    return withEtag(reply, await this.clients.rename(knownForm(id), body, seen, actor));
  }

  @Delete(':client_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a client: its tokens end, and its results can no longer be retrieved' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('client_id') id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.clients.remove(knownForm(id), seen, actor);
  }

  @Post(':client_id/rotate')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A new secret; the one before stays good for 24 hours' })
  @ApiParam(ID)
  @ApiOkResponse({ type: AsyncClientCredentials })
  rotate(@Param('client_id') id: string, @AdminActor() actor: Actor): Promise<AsyncClientCredentials> {
    return this.clients.rotate(knownForm(id), actor);
  }

  @Post(':client_id/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disables a client: its tokens end; calls it has submitted are still finished' })
  @ApiParam(ID)
  @ApiOkResponse({ type: AsyncClientItem })
  disable(@Param('client_id') id: string, @AdminActor() actor: Actor): Promise<AsyncClientItem> {
    return this.clients.disable(knownForm(id), actor);
  }

  @Post(':client_id/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Enables a disabled client' })
  @ApiParam(ID)
  @ApiOkResponse({ type: AsyncClientItem })
  enable(@Param('client_id') id: string, @AdminActor() actor: Actor): Promise<AsyncClientItem> {
    return this.clients.enable(knownForm(id), actor);
  }
}

/** No client has an id of another form, so Postgres need not be asked. */
function knownForm(id: string): string {
  if (isClientId(id)) return id;
  throw unknownClient();
}
