import { Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { JsonBody } from '../http/dto-parameters.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { EraseProgress, EraseReceipt, EraseRequest } from './erase.dto.js';
import { Erasure } from './erasure.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';

/** Lets administrators have a person or an account forgotten. */
@ApiTags('erasure')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/erase')
export class EraseController {
  constructor(private readonly erasure: Erasure) {}

  @Post()
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Forgets a person or an account of an organisation, as a durable job',
    description:
      'Lookup tables are not reached: delete their rows by key, at /admin/lookup-tables/{name}/rows/delete. ' +
      'Cached answers of steps that were asked about the person or account are forgotten; one that sixteen others share ' +
      'is about none of them in particular and stays until its time is up, or until /admin/step-cache/clear.',
  })
  @ApiBody({ type: EraseRequest })
  @ApiAcceptedResponse({ type: EraseReceipt })
  order(@JsonBody(EraseRequest) body: EraseRequest, @AdminActor() actor: Actor): Promise<EraseReceipt> {
    return this.erasure.order(body, actor);
  }

  @Get(':jobId')
  @ApiOperation({ summary: 'Shows the progress of an erase job' })
  @ApiParam({ name: 'jobId', format: 'uuid' })
  @ApiOkResponse({ type: EraseProgress })
  progress(@Param('jobId', UuidPipe) jobId: string): Promise<EraseProgress> {
    return this.erasure.getProgress(jobId);
  }
}
