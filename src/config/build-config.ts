import { resolve } from 'node:path';
import type { AppConfig, QueueKind, TelemetryConfig } from './config.js';
import type { EnvironmentValues } from './env-schema.js';
import type { Environment } from './env-variable.js';

/** The simulator's credential, which development uses unless it is given a real one. */
export const SIMULATOR_CREDENTIAL = Object.freeze({ clientId: 'simulator', clientSecret: 'simulator-secret' });

/** Groups the values by the folder that reads them; paths become absolute. */
export function buildConfig(environment: Environment, values: EnvironmentValues): AppConfig {
  const clientId = values.ADOBE_CLIENT_ID ?? (environment === 'development' ? SIMULATOR_CREDENTIAL.clientId : null);
  return Object.freeze({
    environment,
    role: values.ROLE,
    dataDir: resolve(values.DATA_DIR),
    http: {
      port: values.PORT,
      host: values.HOST,
      publicUrl: values.PUBLIC_URL ?? localUrl(values.HOST, values.PORT),
      trustProxy: values.TRUST_PROXY,
      keepAliveMs: values.KEEP_ALIVE_MS,
      managementPort: values.MANAGEMENT_PORT,
    },
    database: { embedded: values.DATABASE_URL === null, poolSize: values.DATABASE_POOL },
    queue: { kind: chooseQueue(values), pollMs: values.POLL_MS },
    catalog: {
      servicesDir: resolve(values.SERVICES_DIR),
      reload: values.SERVICES_RELOAD,
      providerModules: values.PROVIDER_MODULES ?? [],
    },
    inbound: {
      auth: values.INBOUND_AUTH,
      apiKeyName: values.INBOUND_API_KEY_NAME,
      apiKeyIn: values.INBOUND_API_KEY_IN,
      publicServiceDefinition: values.PUBLIC_SERVICE_DEFINITION,
      oauthIssuer: values.OAUTH_ISSUER,
      oauthAudience: values.OAUTH_AUDIENCE,
    },
    ims: {
      baseUrl: values.IMS_BASE_URL,
      clientId,
      scopes: values.ADOBE_SCOPES ?? [],
      apiKey: values.ADOBE_API_KEY ?? clientId,
      orgIds: values.ADOBE_IMS_ORG_IDS,
    },
    marketo: { munchkinIds: values.MARKETO_MUNCHKIN_IDS },
    callbacks: { hosts: values.CALLBACK_HOSTS, retryScheduleMs: values.ADOBE_RETRY_SCHEDULE },
    registrations: { retryScheduleMs: values.REGISTRATION_RETRY_SCHEDULE },
    asyncCalls: { waitMs: values.ASYNC_CALL_WAIT_MS },
    outbound: {
      allowHttp: values.OUTBOUND_ALLOW_HTTP,
      allowCidrs: values.OUTBOUND_ALLOW_CIDRS ?? [],
      loopbackOnly: environment === 'development',
    },
    intake: {
      ackStatus: values.ACK_STATUS,
      validationStatus: values.VALIDATION_STATUS,
      queueMax: values.INTAKE_QUEUE_MAX,
      backlogMax: values.BACKLOG_MAX,
    },
    enrichment: {
      concurrency: values.ENRICH_CONCURRENCY,
      leaseMs: values.LEASE_ENRICH_MS,
      ioConcurrency: values.ENRICH_IO_CONCURRENCY,
    },
    steps: { allowCidrs: values.STEP_ALLOW_CIDRS ?? [], cacheMaxMb: values.STEP_CACHE_MAX_MB },
    expressions: {
      threads: values.EXPRESSION_THREADS,
      timeoutMs: values.EXPRESSION_TIMEOUT_MS,
      heapMb: values.EXPRESSION_HEAP_MB,
      resultMaxBytes: values.EXPRESSION_RESULT_MAX_BYTES,
    },
    delivery: { concurrency: values.DELIVERY_CONCURRENCY, leaseMs: values.LEASE_DELIVERY_MS },
    batchMax: values.BATCH_MAX,
    retention: {
      payloadDays: values.RETENTION_PAYLOAD_DAYS,
      rowDays: values.RETENTION_ROW_DAYS,
      resultDays: values.RETENTION_RESULT_DAYS,
      auditDays: values.RETENTION_AUDIT_DAYS,
    },
    operations: {
      shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
      logLevel: values.LOG_LEVEL,
      logTraffic: values.LOG_TRAFFIC,
      auditAddress: values.AUDIT_ADDRESS,
      adminReveal: values.ADMIN_REVEAL,
      egressIps: values.EGRESS_IPS ?? [],
    },
    telemetry: buildTelemetry(values),
  });
}

/** Redis where there is one; processes that must meet, and have none, meet in PostgreSQL. */
function chooseQueue({ QUEUE, REDIS_URL, ROLE }: EnvironmentValues): QueueKind {
  if (QUEUE !== 'auto') return QUEUE;
  if (REDIS_URL !== null) return 'redis';
  return ROLE === 'all' ? 'embedded' : 'postgres';
}

/** On as the standard says: by an exporter or an endpoint, unless it is disabled. */
function buildTelemetry(values: EnvironmentValues): TelemetryConfig | null {
  const endpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = values.OTEL_TRACES_EXPORTER ?? (endpoint === null ? 'none' : 'otlp');
  if (values.OTEL_SDK_DISABLED || exporter === 'none') return null;
  return {
    protocol: values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL,
    sampling: samplingOf(values),
    linksCallers: values.OTEL_PROPAGATORS.includes('tracecontext'),
    queueMax: values.OTEL_BSP_MAX_QUEUE_SIZE,
  };
}

/** No trace of a caller is joined, so every trace has its root here: a sampler by parent is the one of its roots. */
function samplingOf({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share }: EnvironmentValues): number {
  if (sampler.endsWith('always_on')) return 1;
  return sampler.endsWith('always_off') ? 0 : share;
}

function localUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
