import { listenHost, redisUrl, trustedProxies, webAddress } from '../address-types.js';
import { connectionUrl } from '../connection-url.js';
import { optional, setting } from '../env-variable.js';
import { choice, integer, line, textList } from '../variable-type.js';

/** Where and how a process runs. */
export const RUNTIME_VARIABLES = Object.freeze({
  NODE_ENV: setting({
    group: 'Where it runs',
    type: choice(['development', 'test', 'production']),
    default: 'development',
    meaning: 'production refuses to start without real keys and addresses; test is development',
  }),
  ROLE: setting({
    group: 'Where it runs',
    type: choice(['all', 'api', 'worker']),
    default: 'all',
    meaning: 'which parts this process runs; api and worker need DATABASE_URL',
  }),
  PORT: setting({
    group: 'Where it runs',
    type: integer({ min: 0, max: 65_535, unit: 'port' }),
    default: '3000',
    meaning: 'port to listen on; 0 takes a free one',
  }),
  MANAGEMENT_PORT: optional({
    group: 'Where it runs',
    type: integer({ min: 0, max: 65_535, unit: 'port' }),
    otherwise: 'everything is served on PORT',
    meaning:
      'a second port, and then the only one that serves /admin, /console, /metrics and /docs; /health is on both',
  }),
  HOST: setting({
    group: 'Where it runs',
    type: listenHost,
    default: { development: '127.0.0.1', production: '0.0.0.0' },
    meaning: 'address to listen on, `::` for IPv6 and IPv4; development stays on this machine',
  }),
  PUBLIC_URL: optional({
    group: 'Where it runs',
    type: webAddress,
    otherwise: 'from HOST and PORT in development',
    requiredIn: 'production (https)',
    meaning: 'base of every address we publish, e.g. of `servers[0].url`',
  }),
  KEEP_ALIVE_MS: setting({
    group: 'Where it runs',
    type: integer({ min: 1_000, max: 3_600_000, unit: 'ms' }),
    default: '72000',
    meaning: 'how long an idle connection of a caller stays open; longer than the load balancer keeps it',
  }),
  TRUST_PROXY: setting({
    group: 'Where it runs',
    type: trustedProxies,
    default: 'false',
    meaning: 'proxies to believe in their X-Forwarded-For',
  }),
  DATABASE_URL: optional({
    group: 'Where it runs',
    type: connectionUrl({
      schemes: ['postgres', 'postgresql'],
      example: 'postgres://user:password@host:5432/ricochet',
      placeParameters: ['host'],
      path: { pattern: /^/, remedy: '' },
    }),
    otherwise: 'an embedded PostgreSQL under DATA_DIR',
    requiredIn: 'production, ROLE=api, ROLE=worker',
    secret: true,
    meaning: 'PostgreSQL 15 or newer',
  }),
  DATABASE_POOL: setting({
    group: 'Where it runs',
    type: integer({ min: 1, max: 200, unit: 'connections' }),
    default: '10',
    meaning: 'most connections this process holds',
  }),
  REDIS_URL: optional({
    group: 'Where it runs',
    type: redisUrl,
    otherwise: 'no Redis is used',
    requiredIn: 'QUEUE=redis',
    secret: true,
    meaning:
      'a doorbell between processes; losing its content loses nothing; `?cluster=true` names a node of a cluster',
  }),
  QUEUE: setting({
    group: 'Where it runs',
    type: choice(['auto', 'embedded', 'postgres', 'redis']),
    default: 'auto',
    meaning:
      'how processes tell each other that work is due: `redis`, `postgres` (LISTEN and NOTIFY), or `embedded`: only within the process; `auto` is redis with REDIS_URL, otherwise postgres for ROLE=api and worker, and embedded for ROLE=all',
  }),
  DATA_DIR: setting({
    group: 'Where it runs',
    type: line('folder'),
    default: '.ricochet',
    meaning: 'generated keys and the embedded database',
  }),
  SERVICES_DIR: setting({
    group: 'Where it runs',
    type: line('folder'),
    default: 'services',
    meaning: 'service definitions, one YAML file each',
  }),
  SERVICES_RELOAD: setting({
    group: 'Where it runs',
    type: choice(['watch', 'signal', 'off']),
    default: 'watch',
    meaning:
      'when the definitions are read again while the service runs: `watch` after a change in SERVICES_DIR and on SIGHUP, `signal` on SIGHUP, `off` never',
  }),
  PROVIDER_MODULES: optional({
    group: 'Where it runs',
    type: textList('modules or paths separated by commas'),
    meaning: 'your own enrichment providers',
  }),
});
