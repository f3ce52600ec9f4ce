import { Logger } from '@nestjs/common';
import { readFlags } from '../config/command-flags.js';
import { readEnvironment } from '../config/env.js';
import { loadConfig } from '../config/load-config.js';
import { buildDataSourceOptions } from './data-source.js';
import { DatabaseServer } from './database-server.js';

const USAGE = `Brings the database up to date and ends.

  npm run migrate

Takes the service's own configuration: DATABASE_URL, or without it the embedded PostgreSQL of this folder.
  --help, -h   this text

Exit codes: 0 up to date; 1 not so, with the reason; 2 a mistake on the command line.
`;

const logger = new Logger('Migrate');

/** Brings the database up to date and nothing else: a deployment's first step. */
async function migrate(): Promise<void> {
  const loaded = loadConfig(readEnvironment());
  // This process migrates, for any role of the processes to come.
  const config = { ...loaded.config, role: 'all' as const };
  const server = new DatabaseServer(config, loaded.secrets);
  await server.open(buildDataSourceOptions(await server.start(), config));
  logger.log('The database is up to date');
  await server.onApplicationShutdown();
}

readFlags(process.argv.slice(2), USAGE);
migrate().catch((error: unknown) => {
  logger.error((error as Error).message);
  process.exitCode = 1;
});
