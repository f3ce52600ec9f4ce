import { Logger } from '@nestjs/common';
import { readFlags } from '../config/command-flags.js';
import { buildDataSourceOptions } from './data-source.js';
import { DatabaseServer } from './database-server.js';
import { loadForCommand } from './load-for-command.js';
import { planMigrations, renderPlan } from './migration-plan.js';

const USAGE = `Brings the database up to date and ends.

  npm run migrate [-- --plan]

Takes the service's own configuration: DATABASE_URL, or without it the embedded PostgreSQL of this folder.
  --plan       shows what would run, the tables it locks, and what waits meanwhile; changes nothing
  --help, -h   this text

Exit codes: 0 up to date, or shown; 1 not so, with the reason; 2 a mistake on the command line.
`;

const logger = new Logger('Migrate');

/** Brings the database up to date and nothing else: a deployment's first step. */
async function migrate(): Promise<void> {
  const loaded = loadForCommand(logger);
  // This process migrates, for any role of the processes to come.
  const config = { ...loaded.config, role: 'all' as const };
  const server = new DatabaseServer(config, loaded.secrets);
  await server.open(buildDataSourceOptions(await server.start(), config));
  logger.log('The database is up to date');
  await server.onApplicationShutdown();
}

/** As a worker, which never migrates. */
async function showPlan(): Promise<void> {
  const loaded = loadForCommand(logger);
  const config = { ...loaded.config, role: 'worker' as const };
  const server = new DatabaseServer(config, loaded.secrets);
  try {
    const dataSource = await server.open(buildDataSourceOptions(await server.start(), config));
    process.stdout.write(renderPlan(await planMigrations(dataSource)));
  } finally {
    await server.onApplicationShutdown();
  }
}

const flags = readFlags(process.argv.slice(2), USAGE, { known: ['plan'] });
(flags.has('plan') ? showPlan() : migrate()).catch((error: unknown) => {
  logger.error((error as Error).message);
  process.exitCode = 1;
});
