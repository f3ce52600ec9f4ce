import { Logger } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { CreateSpine1763700000000 } from '../../migrations/1763700000000-create-spine.js';
import { CreateEqp1763700300000 } from '../../migrations/1763700300000-create-eqp.js';
import { CreateCompanies1763700400000 } from '../../migrations/1763700400000-create-companies.js';
import { AddRecoveryJobs1763720000000 } from '../../migrations/1763720000000-add-recovery-jobs.js';
import { GuardDestinations1763800000000 } from '../../migrations/1763800000000-guard-destinations.js';
import { CreateAsyncCalls1763900000000 } from '../../migrations/1763900000000-create-async-calls.js';
import { NarrowExpiringDeliveries1764000000000 } from '../../migrations/1764000000000-narrow-expiring-deliveries.js';
import { LinkBridgedEvents1764100000200 } from '../../migrations/1764100000200-link-bridged-events.js';
import { AddCorrelationIds1764200000200 } from '../../migrations/1764200000200-add-correlation-ids.js';
import type { AppConfig } from '../config/config.js';
import { SESSION_PLANNING } from './plans.js';
import { PooledClient } from './pooled-client.js';

/** Every migration, oldest first. Named one by one: a glob would load whatever lies in the folder. */
export const MIGRATIONS = [
  CreateSpine1763700000000,
  CreateEqp1763700300000,
  CreateCompanies1763700400000,
  AddRecoveryJobs1763720000000,
  GuardDestinations1763800000000,
  CreateAsyncCalls1763900000000,
  NarrowExpiringDeliveries1764000000000,
  LinkBridgedEvents1764100000200,
  AddCorrelationIds1764200000200,
] as const;

const logger = new Logger('Database');

/**
 * What TypeORM needs to know of a database: times are in milliseconds and chosen so that a half-open connection is
 * noticed (query_timeout counts here, statement_timeout in the server) before a caller's own patience ends.
 */
export function buildDataSourceOptions(
  url: string,
  config: Pick<AppConfig, 'role' | 'database'>,
): DataSourceOptions & { readonly type: 'postgres' } {
  return {
    type: 'postgres',
    url,
    applicationName: `ricochet-${config.role}`,
    entities: [],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    poolSize: config.database.poolSize,
    // Without a listener a backend terminated while idle would end the process; PooledClient sees to the others.
    poolErrorHandler: (error: Error) => logger.warn(`An idle connection to PostgreSQL broke: ${error.message}`),
    extra: {
      Client: PooledClient,
      max: config.database.poolSize,
      connectionTimeoutMillis: 5_000,
      query_timeout: 12_000,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
      keepAlive: true,
      options: SESSION_PLANNING,
    },
  };
}
