import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AppConfig } from '../config/config.js';
import { CommitWaitsRepository } from './commit-waits.repository.js';
import { CommitWatch } from './commit-watch.js';
import { buildDataSourceOptions } from './data-source.js';
import { DatabaseServer } from './database-server.js';
import { Database } from './database.js';
import { EmbeddedStart } from './embedded-start.js';
import { MigrationStatus } from './migration-status.js';

/** Options that bring along who opens them: TypeOrmModule gives its factory nothing else. */
type OpenableOptions = TypeOrmModuleOptions & { readonly open: () => Promise<DataSource> };

/** Opens the database before anything that needs it is made, migrated unless this process is a worker. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      extraProviders: [DatabaseServer],
      inject: [AppConfig, DatabaseServer],
      useFactory: async (config: AppConfig, server: DatabaseServer): Promise<OpenableOptions> => {
        const options = buildDataSourceOptions(await server.start(), config, server.currentUrl);
        // The server has its own patience and its own words for giving up.
        return { ...options, toRetry: () => false, open: () => server.open(options) };
      },
      dataSourceFactory: (options) => (options as unknown as OpenableOptions).open(),
    }),
  ],
  providers: [Database, MigrationStatus, CommitWaitsRepository, CommitWatch],
  exports: [Database, MigrationStatus, CommitWaitsRepository, CommitWatch],
})
export class DatabaseModule {
  /** The same, on an embedded PostgreSQL that is on its way up already. */
  static startedBy(start: EmbeddedStart): DynamicModule {
    const provider = { provide: EmbeddedStart, useValue: start };
    return { module: DatabaseModule, providers: [provider], exports: [provider] };
  }
}
