import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AppConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { runMigrations } from './migrator.js';

const CONNECT_FOR_MS = 10_000;
const RETRY_MS = 500;
const OLDEST_SERVER = 150_000;

/** The server behind the service, ours or configured: up before the first connection, down after the last. */
@Injectable()
export class DatabaseServer implements OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private embedded: EmbeddedPostgres | null = null;
  private dataSource: DataSource | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly secrets: Secrets,
  ) {}

  /** Starts the embedded server unless DATABASE_URL names another. @returns its URL: a secret. */
  async start(): Promise<string> {
    if (!this.config.database.embedded) {
      if (this.secrets.databaseUrl === null) throw new Error('DATABASE_URL is not set');
      return this.secrets.databaseUrl;
    }
    this.embedded = await startEmbeddedPostgres({
      dataDir: this.config.dataDir,
      log: (message) => this.logger.log(message),
    });
    return this.embedded.url;
  }

  /**
   * Connects, retrying for ten seconds, checks the server's version, and migrates unless this process is a worker.
   * @throws when the database stays away or is too old.
   */
  async open(options: DataSourceOptions & { readonly type: 'postgres' }): Promise<DataSource> {
    this.dataSource = await this.connect(options);
    try {
      await checkVersion(this.dataSource);
      if (this.config.role !== 'worker') await runMigrations(options, (message) => this.logger.log(message));
    } catch (error) {
      // Nest runs no shutdown hooks after a failed bootstrap.
      await this.onApplicationShutdown();
      throw error;
    }
    return this.dataSource;
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource?.isInitialized) await this.dataSource.destroy();
    const embedded = this.embedded;
    this.embedded = null;
    await embedded?.stop();
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
          throw new Error(`PostgreSQL cannot be reached: ${reason}`, { cause: error });
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
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${row?.version ?? 'unknown'}`);
  }
}

/** An AggregateError of several refused addresses has no message of its own. */
function explain(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || 'unknown error';
}
