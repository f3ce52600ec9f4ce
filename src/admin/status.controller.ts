import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ActionReads } from '../actions/action-reads.repository.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import { VERSION } from '../config/version.js';
import { isDatabaseAway } from '../http/database-away.js';
import { Drain } from '../queue/drain.js';
import { WorkQueue } from '../queue/work-queue.js';
import { ServicesReload } from '../reload/services-reload.js';
import { VersionReports } from '../reload/version-reports.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { RefusedCredentialsRepository } from './refused-credentials.repository.js';
import {
  type RefusedCredential,
  type ServedDefinitions,
  ServiceStatus,
  type ServingProcess,
  type UnfinishedCounts,
} from './status.dto.js';

const PATIENCE_MS = 1_000;
const PROBLEMS_MAX = 100;

/** Tells administrators at a glance how this process is; answers without Postgres, too. */
@ApiTags('operations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/status')
export class StatusController {
  constructor(
    private readonly config: AppConfig,
    private readonly catalog: Catalog,
    private readonly reads: ActionReads,
    private readonly credentials: RefusedCredentialsRepository,
    private readonly queue: WorkQueue,
    private readonly drain: Drain,
    private readonly reload: ServicesReload,
    private readonly versions: VersionReports,
  ) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({
    summary:
      'Version, role, queue, unfinished actions, refused credentials, services and the processes that serve them',
  })
  @ApiOkResponse({ type: ServiceStatus })
  async status(): Promise<ServiceStatus> {
    return {
      version: VERSION,
      role: this.config.role,
      uptimeSeconds: Math.floor(process.uptime()),
      draining: this.drain.draining,
      queue: { kind: this.config.queue.kind, connected: this.queue.isConnected() },
      ...(await this.stored()),
      definitions: this.served(),
      services: this.catalog.all().map(({ apiName, entityType, enabled, isDefault }) => ({
        apiName,
        entityType,
        enabled,
        isDefault,
      })),
    };
  }

  private served(): ServedDefinitions {
    const { inForce, stillInUse } = this.catalog;
    const { refused } = this.reload;
    return {
      version: inForce.digest,
      since: inForce.since,
      reload: this.config.catalog.reload,
      earlier: stillInUse.map(({ digest, underWay }) => ({ version: digest, actions: underWay })),
      refused: refused === null ? null : { ...refused, problems: refused.problems.slice(0, PROBLEMS_MAX) },
    };
  }

  /** The part of the status that Postgres knows; empty when it is away. */
  private async stored(): Promise<Pick<ServiceStatus, 'unfinished' | 'refusedCredentials' | 'processes'>> {
    const patience = sleep(PATIENCE_MS, null, { ref: false });
    const [unfinished, refusedCredentials, processes] = await Promise.all([
      Promise.race([orAway(this.countUnfinished()), patience]),
      Promise.race([orAway<RefusedCredential[]>(this.credentials.find()), patience]),
      Promise.race([orAway<ServingProcess[]>(this.versions.find()), patience]),
    ]);
    return { unfinished, refusedCredentials, processes };
  }

  private async countUnfinished(): Promise<UnfinishedCounts> {
    const counts = await this.reads.countUnfinished();
    return {
      received: counts.get('received') ?? 0,
      enriching: counts.get('enriching') ?? 0,
      calling_back: counts.get('calling_back') ?? 0,
    };
  }
}

async function orAway<Value>(value: Promise<Value>): Promise<Value | null> {
  try {
    return await value;
  } catch (error) {
    if (isDatabaseAway(error)) return null;
    throw error;
  }
}
