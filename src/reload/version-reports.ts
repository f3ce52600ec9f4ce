import { hostname } from 'node:os';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import { MigrationStatus } from '../database/migration-status.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { ServedVersionsRepository, type ServedVersionRow } from './served-versions.repository.js';
import { ServicesReload } from './services-reload.js';

const REPORT_MS = 10_000;
/** Of reports that may be missed before a process counts as gone. */
const LIVES_MS = 3 * REPORT_MS;

/** Says in the database which version of the services this process serves, in every role. */
@Injectable()
export class VersionReports implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Services');
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private failing = false;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: ServedVersionsRepository,
    private readonly tokens: LeaseTokens,
    private readonly migrations: MigrationStatus,
    private readonly config: AppConfig,
    private readonly catalog: Catalog,
    private readonly reload: ServicesReload,
  ) {}

  onApplicationBootstrap(): void {
    void this.migrations.whenReady().then(() => {
      if (this.stopped) return;
      this.report();
      this.timer = setInterval(() => this.report(), REPORT_MS).unref();
      this.reload.whenChanged(() => this.report());
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer === null) return;
    clearInterval(this.timer);
    await this.writing;
    // One that cannot say so is left out of the answers half a minute later.
    await this.repository.leave(this.tokens.holder).catch(() => undefined);
  }

  /** Every process that has reported lately. @throws what the database throws. */
  find(): Promise<ServedVersionRow[]> {
    return this.repository.find(LIVES_MS);
  }

  /** One after the other: a report that overtakes the next would tell of the version before. */
  private report(): void {
    this.writing = this.writing.then(() => this.write());
  }

  private async write(): Promise<void> {
    if (this.stopped) return;
    const { digest, since } = this.catalog.inForce;
    try {
      await this.repository.report({
        process: this.tokens.holder,
        host: hostname(),
        role: this.config.role,
        version: digest,
        since,
        refusedSince: this.reload.refused?.since ?? null,
      });
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.log.warn(`cannot say which version is served, trying again: ${(error as Error).message}`);
      this.failing = true;
    }
  }
}
