import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { EqpEventReceipt, PublishEqpEvent } from './eqp-event.dto.js';
import { readEqpEvent } from './eqp-event.reader.js';
import { EqpPublisher } from './eqp-publisher.js';

/** Lets administrators, and the systems that act for them, publish events to EQP users. */
@ApiTags('eqp')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/eqp/events')
export class EqpEventsAdminController {
  constructor(private readonly publisher: EqpPublisher) {}

  @Post()
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Publishes an event: every callback of the user is called, all or none' })
  @ApiBody({ type: PublishEqpEvent })
  @ApiAcceptedResponse({ type: EqpEventReceipt })
  @Refusals({ 404: 'No user has this mage_id', 409: 'The user is disabled' })
  async publish(@Req() request: FastifyRequest, @AdminActor() actor: Actor): Promise<EqpEventReceipt> {
    return this.publisher.publish(await readEqpEvent(readJsonObject(request)), actor);
  }
}
