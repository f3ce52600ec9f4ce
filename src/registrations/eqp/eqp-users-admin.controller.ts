import { Controller, Get, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { Refusals } from '../../http/refusals.decorator.js';
import { JsonBody, ValidQuery } from '../../http/dto-parameters.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { EqpUsers, unknownUser } from './eqp-users.js';
import {
  CreateEqpUser,
  EqpCredentials,
  EqpUserPage,
  EqpUserStatus,
  ListEqpUsersQuery,
  MAGE_ID,
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

  @Post(':mage_id/rotate-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Replaces the application secret; open sessions end' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpCredentials })
  rotateSecret(@Param('mage_id') mageId: string, @AdminActor() actor: Actor): Promise<EqpCredentials> {
    return this.users.rotateSecret(knownForm(mageId), actor);
  }

  @Post(':mage_id/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disables a user: sessions end, deliveries wait' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpUserStatus })
  disable(@Param('mage_id') mageId: string, @AdminActor() actor: Actor): Promise<EqpUserStatus> {
    return this.users.disable(knownForm(mageId), actor);
  }

  @Post(':mage_id/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Enables a disabled user; waiting deliveries are sent' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiOkResponse({ type: EqpUserStatus })
  enable(@Param('mage_id') mageId: string, @AdminActor() actor: Actor): Promise<EqpUserStatus> {
    return this.users.enable(knownForm(mageId), actor);
  }
}

/** No user has an id of another form, so Postgres need not be asked. */
function knownForm(mageId: string): string {
  if (MAGE_ID.test(mageId)) return mageId;
  throw unknownUser();
}
