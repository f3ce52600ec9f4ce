import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MigrationStatus } from '../database/migration-status.js';
import { LiveView, ReadyView, StartupView } from './health.dto.js';
import { Readiness } from './readiness.js';

/** The probes of an orchestrator; they need no key and tell no secret. */
@ApiTags('operations')
@ApiSecurity({})
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly migrations: MigrationStatus,
  ) {}

  /** Touches nothing: a database that is away must not get processes killed. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the event loop turns' })
  @ApiOkResponse({ type: LiveView })
  live(): LiveView {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether requests should be sent here; 503 when not' })
  @ApiOkResponse({ type: ReadyView })
  @ApiServiceUnavailableResponse({ type: ReadyView, description: 'Not now: status is unavailable' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyView> {
    const report = await this.readiness.check();
    if (report.status === 'unavailable') void reply.code(503);
    return report;
  }

  @Get('startup')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Whether the database has every table this version expects; 503 when not yet' })
  @ApiOkResponse({ type: StartupView })
  @ApiServiceUnavailableResponse({ type: StartupView, description: 'Not yet' })
  startup(@Res({ passthrough: true }) reply: FastifyReply): StartupView {
    if (this.migrations.isReady()) return { status: 'ok' };
    void reply.code(503);
    return { status: 'waiting for migrations' };
  }
}
