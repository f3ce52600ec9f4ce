import { Controller, Get, HttpCode, HttpStatus, Param, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody, ValidQuery } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import {
  ListRecoveriesQuery,
  RecoverPreview,
  RecoverReceipt,
  RecoverRequest,
  RecoveryPage,
  RecoveryProgress,
} from './recover.dto.js';
import { Recoveries } from './recoveries.js';

/** The first is what a form begins with: it changes nothing. */
const RECOVER_EXAMPLES = {
  preview: { summary: 'Only count', value: { status: ['dead', 'held'], dryRun: true } },
  oneReceiver: {
    summary: 'One receiver, after its outage',
    value: {
      endpoint: 'https://platform.adobe.io/journey/',
      since: '2026-11-20T08:00:00Z',
      until: '2026-11-20T09:30:00Z',
      status: ['dead'],
      ratePerSecond: 50,
    },
  },
};
const JOB_ID = { name: 'jobId', format: 'uuid' };

/** Lets administrators send failed deliveries again as a set, and watch it. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin')
export class RecoveriesController {
  constructor(private readonly recoveries: Recoveries) {}

  @Post('deliveries/recover')
  @Idempotent()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Sends failed deliveries again as a durable job' })
  @ApiBody({ type: RecoverRequest, examples: RECOVER_EXAMPLES })
  @ApiAcceptedResponse({ type: RecoverReceipt })
  @ApiOkResponse({ type: RecoverPreview, description: 'With dryRun: nothing was changed' })
  @Refusals({ 409: 'The same job runs or is paused' })
  async recover(
    @JsonBody(RecoverRequest) body: RecoverRequest,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecoverReceipt | RecoverPreview> {
    if (body.dryRun !== true) return this.recoveries.start(body, actor);
    const preview = await this.recoveries.preview(body);
    reply.status(HttpStatus.OK);
    return preview;
  }

  @Get('recoveries')
  @ApiOperation({ summary: 'Lists recoveries, the newest first' })
  @ApiQuery({ type: ListRecoveriesQuery })
  @ApiOkResponse({ type: RecoveryPage })
  list(@ValidQuery(ListRecoveriesQuery) query: ListRecoveriesQuery): Promise<RecoveryPage> {
    return this.recoveries.list(query);
  }

  @Get('recoveries/:jobId')
  @ApiOperation({ summary: 'Shows the progress of a recovery' })
  @ApiParam(JOB_ID)
  @ApiOkResponse({ type: RecoveryProgress })
  progress(@Param('jobId', UuidPipe) jobId: string): Promise<RecoveryProgress> {
    return this.recoveries.get(jobId);
  }

  @Post('recoveries/:jobId/cancel')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Stops a recovery; deliveries that it has sent again stay sent' })
  @ApiParam(JOB_ID)
  @ApiOkResponse({ type: RecoveryProgress })
  @Refusals({ 409: 'It is done already' })
  cancel(@Param('jobId', UuidPipe) jobId: string, @AdminActor() actor: Actor): Promise<RecoveryProgress> {
    return this.recoveries.cancel(jobId, actor);
  }

  @Post('recoveries/:jobId/pause')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Pauses a recovery' })
  @ApiParam(JOB_ID)
  @ApiOkResponse({ type: RecoveryProgress })
  @Refusals({ 409: 'It has ended' })
  pause(@Param('jobId', UuidPipe) jobId: string, @AdminActor() actor: Actor): Promise<RecoveryProgress> {
    return this.recoveries.pause(jobId, actor);
  }

  @Post('recoveries/:jobId/resume')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Goes on with a paused recovery where it was' })
  @ApiParam(JOB_ID)
  @ApiOkResponse({ type: RecoveryProgress })
  @Refusals({ 409: 'It has ended' })
  resume(@Param('jobId', UuidPipe) jobId: string, @AdminActor() actor: Actor): Promise<RecoveryProgress> {
    return this.recoveries.resume(jobId, actor);
  }
}
