import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy, Optional } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AppConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { DatabaseUnusableError } from './database.errors.js';
import { EmbeddedKeeper } from './embedded-keeper.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { EmbeddedStart } from './embedded-start.js';
import { countPendingMigrations, runMigrations } from './migrator.js';
import { refuseSharedSessions } from './pooler-check.js';

const CONNECT_FOR_MS = 10_000;
const RETRY_MS = 500;
const OLDEST_SERVER = 150_000;
/** PgBouncer's words, before it asks for a password: waiting does not change them. */
const UNKNOWN_PARAMETER = /unsupported startup parameter/;

/** The server behind the service, ours or configured: up before the first connection, down after the last. */
@Injectable()
export class DatabaseServer implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private embedded: EmbeddedPostgres | null = null;
  private keeper: EmbeddedKeeper | null = null;
  private dataSource: DataSource | null = null;
  /** The start of the server, then the connecting to it. */
  private opening: Promise<unknown> = Promise.resolve();
  private abandoned = false;

  constructor(
    private readonly config: AppConfig,
    private readonly secrets: Secrets,
    @Optional() private readonly begun?: EmbeddedStart,
  ) {}

  /** Starts the embedded server, or waits for the start that has begun, unless DATABASE_URL names another. @returns its URL: a secret. */
  async start(): Promise<string> {
    if (!this.config.database.embedded) {
      if (this.secrets.databaseUrl === null) throw new Error('DATABASE_URL is not set');
      return this.secrets.databaseUrl;
    }
    const start = this.begun ?? new EmbeddedStart(this.config.dataDir);
    const starting = start.take(
      (message) => this.logger.log(message),
      () => this.abandon(),
    );
    this.opening = starting;
    this.embedded = await starting;
    this.keeper = new EmbeddedKeeper(this.embedded, this.logger);
    return this.embedded.url;
  }

  /** Undefined where the server is not ours to move. */
  get currentUrl(): (() => string) | undefined {
    const { embedded } = this;
    return embedded === null ? undefined : () => embedded.url;
  }

  /**
   * Connects, retrying for ten seconds, checks the server and the way to it, and migrates unless this process is a worker.
   * @throws DatabaseUnusableError when the database stays away, is too old, or lies behind a pooler that shares sessions.
   */
  open(options: DataSourceOptions & { readonly type: 'postgres' }): Promise<DataSource> {
    const opened = this.abandoned ? Promise.reject(new Error('the start has failed')) : this.connectAndMigrate(options);
    this.opening = opened;
    return opened;
  }

  private async connectAndMigrate(options: DataSourceOptions & { readonly type: 'postgres' }): Promise<DataSource> {
    this.dataSource = await this.connect(options);
    try {
      await checkVersion(this.dataSource);
      if (!this.config.database.embedded && typeof options.url === 'string') await refuseSharedSessions(options.url);
      await this.warnOfLostCommits(this.dataSource);
      if (this.config.role !== 'worker') await this.migrate(this.dataSource, options);
    } catch (error) {
      // Nest runs no shutdown hooks after a failed bootstrap.
      await this.onApplicationShutdown();
      throw error;
    }
    return this.dataSource;
  }

  /** The first hook of a shutdown: a server that ends from now on is not started again. */
  onModuleDestroy(): void {
    this.keeper?.cease();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.keeper?.stop();
    this.keeper = null;
    if (this.dataSource?.isInitialized) await this.dataSource.destroy();
    const embedded = this.embedded;
    this.embedded = null;
    await embedded?.stop();
  }

  /** For an application that failed to start: it may have failed while this was still starting or connecting. */
  private async abandon(): Promise<void> {
    this.abandoned = true;
    await this.opening.catch(() => undefined);
    await this.onApplicationShutdown();
  }

  /** Connections of its own, a lock and TypeORM's own look at the tables take longer than the rest of a usual start. */
  private async migrate(
    dataSource: DataSource,
    options: DataSourceOptions & { readonly type: 'postgres' },
  ): Promise<void> {
    if ((await countPendingMigrations(dataSource)) === 0) return;
    await runMigrations(options, (message) => this.logger.log(message));
  }

  /** A choice of the database's owner, and one that our promise does not survive. */
  private async warnOfLostCommits(dataSource: DataSource): Promise<void> {
    const [row] = await dataSource.query<{ off: boolean }[]>(
      `SELECT current_setting('synchronous_commit') = 'off' AS off`,
    );
    if (row?.off !== true) return;
    this.logger.warn(
      'synchronous_commit is off for this role or database: when PostgreSQL crashes, requests that were answered 2xx in its ' +
        'last second are lost. Set it to on.',
    );
  }

  private async connect(options: DataSourceOptions): Promise<DataSource> {
    const giveUpAt = Date.now() + CONNECT_FOR_MS;
    for (let told = false; ; told = true) {
      const dataSource = new DataSource(options);
      try {
        return await dataSource.initialize();
      } catch (error) {
        const reason = explain(error);
        if (Date.now() > giveUpAt) {
          await this.onApplicationShutdown();
          throw new DatabaseUnusableError(`PostgreSQL cannot be reached: ${reason}`, { cause: error });
        }
        if (UNKNOWN_PARAMETER.test(reason)) {
          await this.onApplicationShutdown();
          throw new DatabaseUnusableError(
            `The pooler in front of PostgreSQL refuses the connection: ${reason}. Leave that parameter out of DATABASE_URL, ` +
              "or name it in the pooler's ignore_startup_parameters.",
            { cause: error },
          );
        }
        if (!told) this.logger.warn(`PostgreSQL cannot be reached yet: ${reason}`);
      }
      await sleep(RETRY_MS);
    }
  }
}

/** @throws when the server is older than what the statements are written for. */
export async function checkVersion(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ version: string; number: number }[]>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  if (row === undefined || row.number < OLDEST_SERVER) {
    throw new DatabaseUnusableError(`PostgreSQL 15 or newer is needed; this server is ${row?.version ?? 'unknown'}`);
  }
}

/** An AggregateError of several refused addresses has no message of its own. */
function explain(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || 'unknown error';
}
