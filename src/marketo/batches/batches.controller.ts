import { Controller, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { MACHINE_ONLY } from '../../http/configure-http.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { CallerGuard } from '../../security/caller.guard.js';
import { BatchIntake } from './batch-intake.js';
import { MarketoBatchDto, MarketoReceipt } from './batch-request.dto.js';

/** Takes batches of leads from Marketo's flow steps and acknowledges each one once it is stored. */
@ApiTags('marketo')
@Refusals({ 403: 'The service is switched off, or the subscription is not configured here', 429: 'Try again later' })
@UseGuards(CallerGuard)
@Controller('services/:apiName/marketo')
export class BatchesController {
  constructor(private readonly intake: BatchIntake) {}

  @RouteConfig(MACHINE_ONLY)
  @Post('submitAsyncAction')
  @HttpCode(201)
  @ApiOperation({ summary: 'Submits a batch of leads; one callback follows, with a result per lead' })
  @ApiParam({ name: 'apiName', type: String })
  @ApiBody({ type: MarketoBatchDto })
  @ApiCreatedResponse({ type: MarketoReceipt })
  submit(@Req() request: FastifyRequest, @Param('apiName') apiName: string): Promise<MarketoReceipt> {
    return this.accept(request, apiName);
  }

  @RouteConfig(MACHINE_ONLY)
  @Post('async')
  @HttpCode(201)
  @ApiOperation({ summary: 'The same, by its older name' })
  @ApiParam({ name: 'apiName', type: String })
  @ApiBody({ type: MarketoBatchDto })
  @ApiCreatedResponse({ type: MarketoReceipt })
  submitAsBefore(@Req() request: FastifyRequest, @Param('apiName') apiName: string): Promise<MarketoReceipt> {
    return this.accept(request, apiName);
  }

  private async accept(request: FastifyRequest, apiName: string): Promise<MarketoReceipt> {
    const requestId = await this.intake.accept(request, apiName);
    return { requestId, status: 'accepted', message: 'Batch accepted for processing' };
  }
}
