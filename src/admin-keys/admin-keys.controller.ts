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
import { AdminKeyPage, AdminKeyView, ChangeAdminKey, CreateAdminKey, IssuedAdminKey } from './admin-keys.dto.js';
import { AdminKeys } from './admin-keys.js';

const ID = { name: 'id', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' };

/** Lets administrators give keys to others, with no more than the role they need, and take them back. */
@ApiTags('keys and audit')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/keys')
export class AdminKeysController {
  constructor(private readonly keys: AdminKeys) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Makes an admin key with a role; it is shown this once' })
  @ApiBody({ type: CreateAdminKey })
  @ApiCreatedResponse({ type: IssuedAdminKey })
  @Refusals({ 409: 'The name is taken' })
  create(@JsonBody(CreateAdminKey) body: CreateAdminKey, @AdminActor() actor: Actor): Promise<IssuedAdminKey> {
    return this.keys.create(body, actor);
  }

  @Get()
  @ApiOperation({ summary: 'Lists admin keys, the newest first; those of ADMIN_API_KEYS are not among them' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: AdminKeyPage })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<AdminKeyPage> {
    return this.keys.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows an admin key, without its secret' })
  @ApiParam(ID)
  @ApiOkResponse({ type: AdminKeyView })
  @AnswersWithEtag()
  async get(@Param('id', UuidPipe) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AdminKeyView> {
    return withEtag(reply, await this.keys.get(id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Renames a key, changes its role or its end, disables or enables it; at once, in every process',
  })
  @ApiParam(ID)
  @ApiBody({ type: ChangeAdminKey })
  @ApiOkResponse({ type: AdminKeyView })
  @Refusals({ 409: 'The name is taken' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('id', UuidPipe) id: string,
    @JsonBody(ChangeAdminKey) body: ChangeAdminKey,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdminKeyView> {
    return withEtag(reply, await this.keys.change(id, body, seen, actor));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes an admin key; it is refused from then on' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('id', UuidPipe) id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.keys.remove(id, seen, actor);
  }
}
