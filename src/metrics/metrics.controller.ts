import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Scrape } from './scrape.js';

/** The page that Prometheus scrapes; numbers only, so it needs no key. */
@ApiTags('operations')
@ApiSecurity({})
@Controller('metrics')
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  @Get()
  @ApiOperation({ summary: 'Counters and gauges of this process, in the Prometheus text format' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' }, description: 'One sample a line' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, text } = await this.scrape.render();
    void reply.header('content-type', contentType).header('cache-control', 'no-store');
    return text;
  }
}
