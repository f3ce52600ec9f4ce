import { Controller, Get, Headers, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusals } from '../http/refusals.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { LiveEvents } from './live-events.js';
import { StreamCredentials } from './stream-credentials.js';

const EXAMPLE = `id: 019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071:7
event: changed
data: {"topics":["actions","deliveries"],"ids":["019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6072"]}

`;

/** Tells administrators what changes, while it does. */
@ApiTags('operations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/events')
export class EventsController {
  constructor(
    private readonly events: LiveEvents,
    private readonly credentials: StreamCredentials,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Server-sent events: what changed, in every process of the service' })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event; one that this process does not hold begins with a resync',
    schema: { type: 'string' },
  })
  @ApiOkResponse({
    description:
      '`changed` names topics, and ids of actions and deliveries. `resync`: events were lost, everything may have changed',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @Refusals({ 503: 'Too many streams are open: wait as long as Retry-After says' })
  open(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): void {
    void reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      // Proxies like nginx keep answers back until they are whole.
      .header('x-accel-buffering', 'no');
    // The router makes a HEAD of each GET: its stream would be open for good.
    if (request.method === 'HEAD') void reply.send('');
    else void reply.send(this.events.open(this.credentials.of(request), lastEventId ?? null));
  }
}
