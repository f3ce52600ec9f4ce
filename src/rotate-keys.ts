import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { readFlags } from './config/command-flags.js';
import { buildDataSourceOptions } from './database/data-source.js';
import { DatabaseServer } from './database/database-server.js';
import { Database } from './database/database.js';
import { loadForCommand } from './database/load-for-command.js';
import { SEALED_COLUMNS } from './security/sealed-columns.js';
import { SecretBox } from './security/secret-box.js';
import { type ColumnReport, SecretRotation } from './security/secret-rotation.js';
import { judgeRotation } from './security/secret-rotation-report.js';
import { SecretRotationRepository } from './security/secret-rotation.repository.js';

const USAGE = `Seals every stored secret under the first key of ENCRYPTION_KEYS, while the service runs.

  npm run rotate-keys [-- --dry-run]

  --dry-run    counts what would be sealed anew and changes nothing
  --help, -h   this text

Exit codes: 0 everything is under the first key; 1 it could not run; 2 done, except for values that no key opens; 3 not done, a
running process still seals with an older key; 64 a mistake on the command line.
`;

const PROGRESS_EVERY_MS = 2_000;
/** EX_USAGE: 2 says something about the secrets. */
const MISUSED = 64;
const logger = new Logger('RotateKeys');

async function rotateKeys({ dryRun }: { readonly dryRun: boolean }): Promise<number> {
  const loaded = loadForCommand(logger);
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

const flags = readFlags(process.argv.slice(2), USAGE, { known: ['dry-run'], misused: MISUSED });
rotateKeys({ dryRun: flags.has('dry-run') }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    logger.error((error as Error).message);
    process.exitCode = 1;
  },
);
