import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusals } from '../http/refusals.decorator.js';
import { AppConfig } from '../config/config.js';
import { MACHINE_ONLY } from '../http/configure-http.js';
import { toRequestError } from '../http/to-request-error.js';
import { CallerGuard } from '../security/caller.guard.js';
import { tracing } from '../telemetry/current-tracing.js';
import { traceRefused, traceTaken } from '../telemetry/http-span.js';
import { ExecutionRequestDto } from './execution-request.dto.js';
import { acknowledgementSeconds, intakeDuplicates, intakeRequests } from './intake.metrics.js';
import { IntakeService } from './intake.service.js';

/** With ACK_STATUS=201 the status is that. */
const ACKNOWLEDGED = {
  description: 'Stored: the callback follows',
  schema: {
    type: 'object',
    required: ['requestId', 'status', 'message'],
    properties: {
      requestId: { type: 'string', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' },
      status: { type: 'string', enum: ['accepted'] },
      message: { type: 'string', example: 'Request accepted for processing' },
    },
  },
};

/** Takes execution requests and acknowledges each one once it is stored. */
@ApiTags('execution requests')
@Refusals({
  403: 'The service is switched off, or the organisation is not configured here',
  404: 'No service is configured for it',
  409: 'The token was used for another entity',
  429: 'More is waiting than may',
})
@UseGuards(CallerGuard)
@Controller()
export class IntakeController {
  constructor(
    private readonly intake: IntakeService,
    private readonly config: AppConfig,
  ) {}

  @RouteConfig(MACHINE_ONLY)
  @Post('services/:apiName/submitAsyncAction')
  @ApiOperation({ summary: 'Submits an execution request to a service' })
  @ApiParam({ name: 'apiName', type: String })
  @ApiBody({ type: ExecutionRequestDto })
  @ApiOkResponse(ACKNOWLEDGED)
  async submitToService(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.submit(request, reply, (request.params as { apiName: string }).apiName);
  }

  @RouteConfig(MACHINE_ONLY)
  @Post('submitAsyncAction')
  @ApiOperation({ summary: 'Submits an execution request to the default service of its object type' })
  @ApiBody({ type: ExecutionRequestDto })
  @ApiOkResponse(ACKNOWLEDGED)
  async submitToDefault(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.submit(request, reply, null);
  }

  private async submit(request: FastifyRequest, reply: FastifyReply, apiName: string | null): Promise<void> {
    const { ackStatus } = this.config.intake;
    const startedAtMs = performance.now();
    try {
      const { requestId, service, duplicate } = await this.intake.accept(request, apiName);
      intakeRequests.inc({ service, status: ackStatus });
      if (duplicate) intakeDuplicates.inc({ service });
      acknowledgementSeconds.observe({ service }, (performance.now() - startedAtMs) / 1_000);
      // Written out: a request id needs no escaping, and this runs thousands of times a second.
      const ack = `{"requestId":"${requestId}","status":"accepted","message":"Request accepted for processing"}`;
      if (tracing !== null) {
        const taken = { id: requestId, duplicate, service, status: ackStatus };
        traceTaken(tracing, { http: request, startedAtMs }, taken);
      }
      void reply.code(ackStatus).header('content-type', 'application/json; charset=utf-8').send(ack);
    } catch (error) {
      const { status, code } = toRequestError(error);
      if (tracing !== null) traceRefused(tracing, { http: request, startedAtMs }, status, code);
      // An unknown name must not become a label: any caller could fill the metric with names.
      intakeRequests.inc({ service: status === 404 ? '' : (apiName ?? ''), status });
      throw error;
    }
  }
}
