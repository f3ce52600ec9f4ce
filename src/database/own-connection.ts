import type { DataSource } from 'typeorm';
import type { buildDataSourceOptions } from './data-source.js';
import type { PooledClient } from './pooled-client.js';

/** A connection that falls silent is given up after this long. Longer than any statement on it takes in the server. */
const ANSWERS_WITHIN_MS = 3_000;

type Options = ReturnType<typeof buildDataSourceOptions>;

/** As buildDataSourceOptions sets it; TypeORM's types do not look into it. */
interface Extra {
  readonly Client: typeof PooledClient;
  readonly connectionTimeoutMillis: number;
}

/** Makes a connection that is not connected yet. */
export type OpenConnection = () => PooledClient;

/**
 * Connections beside the pool, to the same server and under the same rules: for uses that keep one for themselves.
 * @param purpose stands behind the role in `pg_stat_activity`, e.g. `ricochet-worker-listen`
 */
export function connectionsBeside(dataSource: Pick<DataSource, 'options'>, purpose: string): OpenConnection {
  const options = dataSource.options as Options;
  const { Client, connectionTimeoutMillis } = options.extra as Extra;
  return () =>
    new Client({
      connectionString: options.url,
      application_name: `${options.applicationName}-${purpose}`,
      connectionTimeoutMillis,
      query_timeout: ANSWERS_WITHIN_MS,
      keepAlive: true,
    });
}
