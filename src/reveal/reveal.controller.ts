import { Controller, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { RevealedAction, RevealRequest } from './reveal.dto.js';
import { Reveals } from './reveals.js';

/** Lets administrators look into one action, where the operator allows it. */
@ApiTags('actions')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/actions')
export class RevealController {
  constructor(private readonly reveals: Reveals) {}

  @Post(':id/reveal')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Shows the content of an action, personal data included: request, results, bodies of callbacks',
  })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The requestId' })
  @ApiBody({ type: RevealRequest })
  @ApiOkResponse({ type: RevealedAction })
  @Refusals({
    403: 'The role does not reach, or ADMIN_REVEAL is not true',
    429: 'The key has looked at many actions: wait as long as Retry-After says',
  })
  reveal(
    @Param('id', UuidPipe) id: string,
    @JsonBody(RevealRequest) { reason }: RevealRequest,
    @AdminActor() actor: Actor,
  ): Promise<RevealedAction> {
    return this.reveals.reveal(id, reason, actor);
  }
}
