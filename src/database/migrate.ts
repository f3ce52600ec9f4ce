import { Logger } from '@nestjs/common';
import { readEnvironment } from '../config/env.js';
import { loadConfig } from '../config/load-config.js';
import { buildDataSourceOptions } from './data-source.js';
import { DatabaseServer } from './database-server.js';

const logger = new Logger('Migrate');

/** Brings the database up to date and nothing else: a deployment's first step. */
async function migrate(): Promise<void> {
  const loaded = loadConfig(readEnvironment());
  // Whatever the role of the processes to come, this one migrates.
  const config = { ...loaded.config, role: 'all' as const };
  const server = new DatabaseServer(config, loaded.secrets);
  await server.open(buildDataSourceOptions(await server.start(), config));
  logger.log('The database is up to date');
  await server.onApplicationShutdown();
}

migrate().catch((error: unknown) => {
  logger.error((error as Error).message);
  process.exitCode = 1;
});
