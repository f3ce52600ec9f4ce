import { Logger } from '@nestjs/common';
import { readEnvironment } from '../config/env.js';
import { type LoadedConfig, loadConfig } from '../config/load-config.js';
import { commandLogger } from '../logging/command-logger.js';

/**
 * Everything that a command about the database knows about how to run; from now on it logs as commands do. Its first line
 * says where nobody named a database: run without the environment of a service, a command succeeds on an empty database of
 * this folder, and may be taken for done.
 * @throws EnvironmentError as {@link loadConfig}
 */
export function loadForCommand(logger: Logger): LoadedConfig {
  const loaded = loadConfig(readEnvironment());
  const { database, dataDir } = loaded.config;
  Logger.overrideLogger(commandLogger(loaded.config));
  if (database.embedded) {
    logger.warn(
      `DATABASE_URL is not set: this is about the embedded PostgreSQL in ${dataDir}, not about a server of yours`,
    );
  }
  return loaded;
}
