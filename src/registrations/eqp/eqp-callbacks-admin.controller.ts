import { Controller, Param, Patch, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody } from '../../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { UuidPipe } from '../../http/uuid.pipe.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import { RegistrationView } from '../registrations.dto.js';
import { ChangeEqpCallback, CreateEqpCallback } from './eqp-callbacks-admin.dto.js';
import { EqpCallbacksAdmin } from './eqp-callbacks-admin.js';
import { MageIdPipe } from './mage-id.pipe.js';

/** Lets administrators register callbacks for an EQP user, and change them. */
@ApiTags('eqp')
@ApiBearerAuth('admin')
@ApiParam({ name: 'mage_id', example: 'MAG123456789' })
@UseGuards(AdminGuard)
@Controller('admin/eqp/users/:mage_id/callbacks')
export class EqpCallbacksAdminController {
  constructor(private readonly callbacks: EqpCallbacksAdmin) {}

  @Post()
  @Idempotent()
  @ApiOperation({ summary: 'Registers a callback for an EQP user' })
  @ApiBody({ type: CreateEqpCallback })
  @ApiCreatedResponse({ type: RegistrationView })
  @AnswersWithEtag()
  async create(
    @Param('mage_id', MageIdPipe) mageId: string,
    @JsonBody(CreateEqpCallback) body: CreateEqpCallback,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return withEtag(reply, await this.callbacks.create(mageId, body, actor));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a callback of an EQP user; a url of another origin needs its password' })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The id of the registration' })
  @ApiBody({ type: ChangeEqpCallback })
  @ApiOkResponse({ type: RegistrationView })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('mage_id', MageIdPipe) mageId: string,
    @Param('id', UuidPipe) id: string,
    @JsonBody(ChangeEqpCallback) body: ChangeEqpCallback,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return withEtag(reply, await this.callbacks.change({ mageId, id }, body, seen, actor));
  }
}
