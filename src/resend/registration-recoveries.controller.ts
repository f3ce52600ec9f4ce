import { Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { OptionalJsonBody } from '../http/dto-parameters.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { RecoverRegistration, RegistrationRecoveries } from './registration-recoveries.dto.js';
import { RegistrationResender } from './registration-resender.js';

/** Lets administrators send the failed deliveries of a registration again. */
@ApiTags('registrations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/registrations')
export class RegistrationRecoveriesController {
  constructor(private readonly resender: RegistrationResender) {}

  @Post(':id/recover')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({
    // Generated clients name the call by it.
    operationId: 'RegistrationsAdminController_recover',
    summary: 'Sends its failed deliveries again, as durable jobs',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' })
  @ApiBody({ type: RecoverRegistration, required: false })
  @ApiAcceptedResponse({ type: RegistrationRecoveries })
  recover(
    @Param('id', UuidPipe) id: string,
    @OptionalJsonBody(RecoverRegistration) body: RecoverRegistration,
    @AdminActor() actor: Actor,
  ): Promise<RegistrationRecoveries> {
    return this.resender.recover(id, body, actor);
  }
}
