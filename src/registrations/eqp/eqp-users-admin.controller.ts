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
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { Refusals } from '../../http/refusals.decorator.js';
import type { FastifyReply } from 'fastify';
import { JsonBody, ValidQuery } from '../../http/dto-parameters.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { MageIdPipe } from './mage-id.pipe.js';
import { EqpUsers } from './eqp-users.js';
import {
  ChangeEqpUser,
  CreateEqpUser,
  EqpCredentials,
  EqpUserItem,
  EqpUserPage,
  EqpUserStatus,
  ListEqpUsersQuery,
} from './eqp-users.dto.js';

/** Lets administrators create, list, disable and enable EQP users. */
@ApiTags('eqp')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/eqp/users')
export class EqpUsersAdminController {
  constructor(private readonly users: EqpUsers) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Creates an EQP user; the application secret is shown this once' })
  @ApiBody({ type: CreateEqpUser })
  @ApiCreatedResponse({ type: EqpCredentials })
  @Refusals({ 409: 'The mage_id is taken' })
  create(@JsonBody(CreateEqpUser) body: CreateEqpUser, @AdminActor() actor: Actor): Promise<EqpCredentials> {
    return this.users.create(body, actor);
  }

  @Get()
  @ApiOperation({ summary: 'Lists EQP users, the newest first' })
  @ApiQuery({ type: ListEqpUsersQuery })
  @ApiOkResponse({ type: EqpUserPage })
  list(@ValidQuery(ListEqpUsersQuery) query: ListEqpUsersQuery): Promise<EqpUserPage> {
    return this.users.page(query);
  }

  @Get(':mage_id')
  @ApiOperation({ summary: 'Shows an EQP user, without its secret and its profile' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpUserItem })
  @AnswersWithEtag()
  async get(
    @Param('mage_id', MageIdPipe) mageId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EqpUserItem> {
    return withEtag(reply, await this.users.get(mageId));
  }

  @Patch(':mage_id')
  @ApiOperation({ summary: 'Renames an EQP user; its mage_id stays' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiBody({ type: ChangeEqpUser })
  @ApiOkResponse({ type: EqpUserItem })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('mage_id', MageIdPipe) mageId: string,
    @JsonBody(ChangeEqpUser) body: ChangeEqpUser,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EqpUserItem> {
    return withEtag(reply, await this.users.rename(mageId, body, seen, actor));
  }

  @Delete(':mage_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes an EQP user with its callbacks; deliveries that wait are cancelled' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiNoContentResponse()
  @Edit()
  remove(
    @Param('mage_id', MageIdPipe) mageId: string,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<void> {
    return this.users.remove(mageId, seen, actor);
  }

  @Post(':mage_id/rotate-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Replaces the application secret; open sessions end' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpCredentials })
  rotateSecret(@Param('mage_id', MageIdPipe) mageId: string, @AdminActor() actor: Actor): Promise<EqpCredentials> {
    return this.users.rotateSecret(mageId, actor);
  }

  @Post(':mage_id/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disables a user: sessions end, deliveries wait' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpUserStatus })
  disable(@Param('mage_id', MageIdPipe) mageId: string, @AdminActor() actor: Actor): Promise<EqpUserStatus> {
    return this.users.disable(mageId, actor);
  }

  @Post(':mage_id/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Enables a disabled user; waiting deliveries are sent' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpUserStatus })
  enable(@Param('mage_id', MageIdPipe) mageId: string, @AdminActor() actor: Actor): Promise<EqpUserStatus> {
    return this.users.enable(mageId, actor);
  }
}
