import { Logger } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { CreateSpine1763700000000 } from '../../migrations/1763700000000-create-spine.js';
import { CreateEqp1763700300000 } from '../../migrations/1763700300000-create-eqp.js';
import { CreateCompanies1763700400000 } from '../../migrations/1763700400000-create-companies.js';
import { AddRecoveryJobs1763720000000 } from '../../migrations/1763720000000-add-recovery-jobs.js';
import { GuardDestinations1763800000000 } from '../../migrations/1763800000000-guard-destinations.js';
import { CreateAsyncCalls1763900000000 } from '../../migrations/1763900000000-create-async-calls.js';
import { NarrowExpiringDeliveries1764000000000 } from '../../migrations/1764000000000-narrow-expiring-deliveries.js';
import { FollowRegistrations1764100000100 } from '../../migrations/1764100000100-follow-registrations.js';
import { LinkBridgedEvents1764100000200 } from '../../migrations/1764100000200-link-bridged-events.js';
import { WatchProcesses1764100000300 } from '../../migrations/1764100000300-watch-processes.js';
import { MarkUpgrades1764200000100 } from '../../migrations/1764200000100-mark-upgrades.js';
import { AddCorrelationIds1764200000200 } from '../../migrations/1764200000200-add-correlation-ids.js';
import { KeepApiVersion1764200000350 } from '../../migrations/1764200000350-keep-api-version.js';
import { ScopeAllDestinations1764300000000 } from '../../migrations/1764300000000-scope-all-destinations.js';
import { CreateLookupTables1764400000000 } from '../../migrations/1764400000000-create-lookup-tables.js';
import { CreateHttpSteps1764410000000 } from '../../migrations/1764410000000-create-http-steps.js';
import { CreateServedVersions1764411000000 } from '../../migrations/1764411000000-create-served-versions.js';
import { TagStepAnswers1764412000000 } from '../../migrations/1764412000000-tag-step-answers.js';
import { KeepRetentionCursors1764413000000 } from '../../migrations/1764413000000-keep-retention-cursors.js';
import { CreateAdminKeys1764420000000 } from '../../migrations/1764420000000-create-admin-keys.js';
import { CreateIdempotentRequests1764420000001 } from '../../migrations/1764420000001-create-idempotent-requests.js';
import { NameCustomers1764420000002 } from '../../migrations/1764420000002-name-customers.js';
import { CreateOauthClients1764430000000 } from '../../migrations/1764430000000-create-oauth-clients.js';
import { CreateOrganisations1764431000000 } from '../../migrations/1764431000000-create-organisations.js';
import { NoteSubjects1764432000000 } from '../../migrations/1764432000000-note-subjects.js';
import { KeepStatistics1764433000000 } from '../../migrations/1764433000000-keep-statistics.js';
import { CreateAdminSessions1764433000001 } from '../../migrations/1764433000001-create-admin-sessions.js';
import { WatchChanges1764440000000 } from '../../migrations/1764440000000-watch-changes.js';
import { PauseBulkJobs1764440000001 } from '../../migrations/1764440000001-pause-bulk-jobs.js';
import { CreateNotices1764440000002 } from '../../migrations/1764440000002-create-notices.js';
import { TellReceiversOfTraces1764441000000 } from '../../migrations/1764441000000-tell-receivers-of-traces.js';
import type { AppConfig } from '../config/config.js';
import { clientOf, PooledClient } from './pooled-client.js';
import { settleSession } from './session-settings.js';

/** Every migration, oldest first. Named one by one: a glob would load every file of the folder. */
export const MIGRATIONS = [
  CreateSpine1763700000000,
  CreateEqp1763700300000,
  CreateCompanies1763700400000,
  AddRecoveryJobs1763720000000,
  GuardDestinations1763800000000,
  CreateAsyncCalls1763900000000,
  NarrowExpiringDeliveries1764000000000,
  FollowRegistrations1764100000100,
  LinkBridgedEvents1764100000200,
  WatchProcesses1764100000300,
  MarkUpgrades1764200000100,
  AddCorrelationIds1764200000200,
  KeepApiVersion1764200000350,
  ScopeAllDestinations1764300000000,
  CreateLookupTables1764400000000,
  CreateHttpSteps1764410000000,
  CreateServedVersions1764411000000,
  TagStepAnswers1764412000000,
  KeepRetentionCursors1764413000000,
  CreateAdminKeys1764420000000,
  CreateIdempotentRequests1764420000001,
  NameCustomers1764420000002,
  CreateOauthClients1764430000000,
  CreateOrganisations1764431000000,
  NoteSubjects1764432000000,
  KeepStatistics1764433000000,
  CreateAdminSessions1764433000001,
  WatchChanges1764440000000,
  PauseBulkJobs1764440000001,
  CreateNotices1764440000002,
  TellReceiversOfTraces1764441000000,
] as const;

const logger = new Logger('Database');

/**
 * Parameters of a URL that the driver would believe over what is said here. Time limits and encodings are ours to choose;
 * binary results are of other types, and a replication connection runs no prepared statement.
 */
const PARAMETERS_OF_OURS = [
  'query_timeout',
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'client_encoding',
  'encoding',
  'binary',
  'replication',
];

/**
 * The settings that TypeORM needs: times are in milliseconds and chosen so that a half-open connection is
 * noticed (query_timeout counts here, statement_timeout in the server: {@link settleSession}) before a caller's own
 * patience ends. `currentUrl` is asked for every connection, where the server may move.
 */
export function buildDataSourceOptions(
  url: string,
  config: Pick<AppConfig, 'role' | 'database'>,
  currentUrl?: () => string,
): DataSourceOptions & { readonly type: 'postgres' } {
  return {
    type: 'postgres',
    url: withoutParametersOfOurs(url),
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
      Client: currentUrl === undefined ? PooledClient : clientOf(currentUrl),
      max: config.database.poolSize,
      connectionTimeoutMillis: 5_000,
      query_timeout: 12_000,
      keepAlive: true,
      onConnect: settleSession,
    },
  };
}

/** The URL as it is where it has none of them: its user may have spelt the rest in a way of their own. */
function withoutParametersOfOurs(url: string): string {
  const parsed = new URL(url);
  const found = PARAMETERS_OF_OURS.filter((name) => parsed.searchParams.has(name));
  for (const name of found) parsed.searchParams.delete(name);
  return found.length === 0 ? url : parsed.href;
}
