import { Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { unknownDelivery } from '../delivery/unknown-delivery.js';
import { OptionalJsonBody } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { RequestError } from '../http/request-error.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { Hurrier, type HurryOutcome } from './hurrier.js';
import { ResendReceipt, ResendRequest, TryNowReceipt } from './resend.dto.js';
import { Resender, type ResendOutcome } from './resender.js';

/** Lets administrators send deliveries again. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/deliveries')
export class DeliveriesAdminController {
  constructor(
    private readonly resender: Resender,
    private readonly hurrier: Hurrier,
  ) {}

  @Post(':id/resend')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a delivery again' })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The deliveryId' })
  @ApiBody({ type: ResendRequest, required: false })
  @ApiAcceptedResponse({ type: ResendReceipt })
  @Refusals({ 409: 'It is under way already, or force is needed: title says which', 410: 'Its body was removed' })
  async resend(
    @Param('id', UuidPipe) id: string,
    @OptionalJsonBody(ResendRequest) body: ResendRequest,
    @AdminActor() actor: Actor,
  ): Promise<ResendReceipt> {
    return toReceipt(id, await this.resender.resend(id, { force: body.force === true, actor }));
  }

  @Post(':id/try-now')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Makes the next attempt of a pending delivery now; its schedule goes on' })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The deliveryId' })
  @ApiAcceptedResponse({ type: TryNowReceipt })
  @Refusals({ 409: 'It is not pending: title says where it stands' })
  async tryNow(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<TryNowReceipt> {
    return toTryNowReceipt(id, await this.hurrier.hurry(id, actor));
  }
}

function toTryNowReceipt(id: string, outcome: HurryOutcome): TryNowReceipt {
  switch (outcome.kind) {
    case 'due': {
      const { destinationId, waitsFor } = outcome.wait;
      return { deliveryId: id, status: 'pending', destinationId, waitsFor };
    }
    case 'unknown':
      throw unknownDelivery();
    case 'notWaiting':
      throw new RequestError(
        409,
        'CONFLICT',
        outcome.status === 'delivering'
          ? 'The delivery is being sent at this moment'
          : `The delivery is ${outcome.status}: it waits for no attempt; send it again instead`,
      );
    default:
      return outcome satisfies never;
  }
}

function toReceipt(id: string, outcome: ResendOutcome): ResendReceipt {
  switch (outcome.kind) {
    case 'queued':
      return { deliveryId: id, requestId: outcome.requestId, status: 'pending' };
    case 'unknown':
      throw unknownDelivery();
    case 'underWay':
      throw new RequestError(409, 'CONFLICT', `The delivery is ${outcome.status}: it is under way already`);
    case 'gone':
      throw new RequestError(410, 'GONE', 'The body of the delivery was removed: there is nothing left to send');
    case 'needsForce':
      throw new RequestError(409, 'CONFLICT', `${FORCE_REASONS[outcome.because]}; to send it nevertheless, set force`);
    default:
      return outcome satisfies never;
  }
}

const FORCE_REASONS = Object.freeze({
  delivered: 'The delivery was delivered',
  cancelled:
    'The delivery was cancelled: its registration was removed, so that no address is left; while that lasts it is cancelled again',
  overdue: 'The time of the delivery is up: the receiver may not expect it any more',
});
