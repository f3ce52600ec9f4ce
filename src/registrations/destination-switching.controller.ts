import { Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { DestinationSwitching } from './destination-switching.js';

const ID = { name: 'id', format: 'uuid', example: '5f0c7a52-3d1e-5c1b-9d6b-0a5f3c1b8e10' };

/** Lets administrators keep deliveries from one destination, whether or not a registration has it. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/destinations')
export class DestinationSwitchingController {
  constructor(private readonly switching: DestinationSwitching) {}

  @Post(':id/pause')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Keeps deliveries to a destination back, in every process within a second; those with an end still expire',
  })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Refusals({ 409: 'Its registration has another address by now' })
  pause(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<void> {
    return this.switching.pause(id, actor);
  }

  @Post(':id/resume')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sends the deliveries that were kept back, and forgets the breaker and the throttle' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Refusals({ 409: 'It is off for another reason, which its registration names' })
  resume(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<void> {
    return this.switching.resume(id, actor);
  }
}
