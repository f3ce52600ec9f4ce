import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { readEnvironment } from './config/env.js';
import { loadConfig } from './config/load-config.js';
import { buildDataSourceOptions } from './database/data-source.js';
import { DatabaseServer } from './database/database-server.js';
import { Database } from './database/database.js';
import { SEALED_COLUMNS } from './security/sealed-columns.js';
import { SecretBox } from './security/secret-box.js';
import { type ColumnReport, SecretRotation } from './security/secret-rotation.js';
import { judgeRotation } from './security/secret-rotation-report.js';
import { SecretRotationRepository } from './security/secret-rotation.repository.js';

const PROGRESS_EVERY_MS = 2_000;
const logger = new Logger('RotateKeys');

/** `npm run rotate-keys [-- --dry-run]`: seals every stored secret under the first of ENCRYPTION_KEYS. */
async function rotateKeys(flags: readonly string[]): Promise<number> {
  const unknown = flags.find((flag) => flag !== '--dry-run');
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}; there is only --dry-run`);
  const dryRun = flags.includes('--dry-run');
  const loaded = loadConfig(readEnvironment());
  // As a worker: it finds the database migrated or not, and never migrates it below a running service.
  const config = { ...loaded.config, role: 'worker' as const };
  const server = new DatabaseServer(config, loaded.secrets);
  try {
    const dataSource = await server.open(buildDataSourceOptions(await server.start(), config));
    const box = new SecretBox(loaded.secrets);
    const rotation = new SecretRotation(new SecretRotationRepository(new Database(dataSource)), box);
    const reports: ColumnReport[] = [];
    for (const column of Object.values(SEALED_COLUMNS)) {
      reports.push(await rotation.run(column, { dryRun, progress: every(PROGRESS_EVERY_MS) }));
    }
    const { lines, problems, exitCode } = judgeRotation(reports, box.keyIds, dryRun);
    for (const line of lines) logger.log(line);
    for (const problem of problems) logger.error(problem);
    return exitCode;
  } finally {
    await server.onApplicationShutdown();
  }
}

function every(ms: number): Parameters<SecretRotation['run']>[1]['progress'] {
  let nextMs = performance.now() + ms;
  return ({ name, scanned, rotated }) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + ms;
    logger.log(`${name}: ${scanned} looked at, ${rotated} sealed anew`);
  };
}

rotateKeys(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    logger.error((error as Error).message);
    process.exitCode = 1;
  },
);
