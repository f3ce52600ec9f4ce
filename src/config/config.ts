/** Which parts of the service this process runs. */
export type Role = 'all' | 'api' | 'worker';

/** How callers of a service authenticate; exactly one scheme per service. */
export type InboundAuthScheme = 'apiKey' | 'basic' | 'oauth2';

export interface HttpConfig {
  readonly port: number;
  readonly host: string;
  /** Base of every address we publish, without a trailing slash. */
  readonly publicUrl: string;
  readonly trustProxy: boolean | string;
  /** A port of their own for the routes of operators (/admin, /metrics, /docs); null: every route is on `port`. */
  readonly managementPort: number | null;
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number;
}

export interface DatabaseConfig {
  /** True when no DATABASE_URL is set: PostgreSQL is started under `dataDir`. The URL itself is a secret. */
  readonly embedded: boolean;
  readonly poolSize: number;
}

export interface CatalogConfig {
  readonly servicesDir: string;
  /** When the folder is read again: `watch` after each change and on SIGHUP. */
  readonly reload: 'watch' | 'signal' | 'off';
  /** Module specifiers or paths; their exported provider classes join the registry. */
  readonly providerModules: readonly string[];
}

export interface InboundConfig {
  readonly auth: InboundAuthScheme;
  readonly apiKeyName: string;
  readonly apiKeyIn: 'header' | 'query';
  readonly publicServiceDefinition: boolean;
  /** The external issuer of access tokens, exactly as tokens name it; null: we issue them. */
  readonly oauthIssuer: string | null;
  /** The audience that access tokens must be for; null: `http.publicUrl`. */
  readonly oauthAudience: string | null;
}

export interface ImsConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  readonly apiKey: string | null;
  /** Organisations we accept; null accepts any (development). The first is used when a request names none. */
  readonly orgIds: readonly string[] | null;
}

export interface MarketoConfig {
  /** Subscriptions we accept; null accepts any (development). */
  readonly munchkinIds: readonly string[] | null;
}

export interface CallbacksConfig {
  /** Host patterns (`*.adobe.com` matches the apex too) that Adobe callbacks may go to. */
  readonly hosts: readonly string[];
  readonly retryScheduleMs: readonly number[];
}

export interface RegistrationsConfig {
  readonly retryScheduleMs: readonly number[];
}

export interface AsyncCallsConfig {
  /** How long a synchronous call waits for its result. */
  readonly waitMs: number;
}

export interface OutboundConfig {
  readonly allowHttp: boolean;
  readonly allowCidrs: readonly string[];
  /** Development only: every callback must go to a loopback address, and may. */
  readonly loopbackOnly: boolean;
}

export interface IntakeConfig {
  readonly ackStatus: 200 | 201;
  readonly validationStatus: 400 | 422;
  readonly queueMax: number;
  readonly backlogMax: number;
}

export interface StageConfig {
  readonly concurrency: number;
  readonly leaseMs: number;
}

export interface EnrichmentConfig extends StageConfig {
  /** Actions that wait for the answer of another system; they take no place of `concurrency`. */
  readonly ioConcurrency: number;
}

/** Limits of steps that ask other systems. */
export interface StepsConfig {
  /** Networks that are not public and that a step may name in its `allowCidrs`. */
  readonly allowCidrs: readonly string[];
  /** Most bytes of cached answers, in MiB. */
  readonly cacheMaxMb: number;
}

export interface ExpressionsConfig {
  /** Threads that evaluate expressions. */
  readonly threads: number;
  readonly timeoutMs: number;
  /** Of one thread. */
  readonly heapMb: number;
  /** Of the result for one subject. */
  readonly resultMaxBytes: number;
}

/** The way that rings take: within the process, by PostgreSQL's LISTEN and NOTIFY, or by Bull on Redis. */
export type QueueKind = 'embedded' | 'postgres' | 'redis';

export interface QueueConfig {
  readonly kind: QueueKind;
  readonly pollMs: number;
}

export interface RetentionConfig {
  readonly payloadDays: number;
  readonly rowDays: number;
  /** Of asynchronous calls. */
  readonly resultDays: number;
  /** Of the audit. */
  readonly auditDays: number;
}

/** Which part of an administrator's address the audit keeps. */
export type AuditAddress = 'full' | 'network' | 'none';

export type LogLevelName = 'fatal' | 'error' | 'warn' | 'log' | 'debug' | 'verbose';

/** Traces. The addresses, keys and limits of the exporter are read by its library. */
export interface TelemetryConfig {
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Share of requests that are traced, from 0 to 1. */
  readonly sampling: number;
  /** Whether a caller's `traceparent` is linked. */
  readonly linksCallers: boolean;
  /** Most spans that wait for the collector. */
  readonly queueMax: number;
}

export interface OperationsConfig {
  readonly shutdownGraceMs: number;
  readonly logLevel: LogLevelName;
  /** A line per accepted action and per attempt. */
  readonly logTraffic: boolean;
  readonly auditAddress: AuditAddress;
  /** Whether administrators may look at content. */
  readonly adminReveal: boolean;
  readonly egressIps: readonly string[];
}

/** Everything configurable that may be shown; grouped by the folder that reads it. Provided as a value. */
export abstract class AppConfig {
  abstract readonly environment: 'production' | 'development';
  abstract readonly role: Role;
  /** Absolute path for generated keys and the embedded database. */
  abstract readonly dataDir: string;
  abstract readonly http: HttpConfig;
  abstract readonly database: DatabaseConfig;
  abstract readonly queue: QueueConfig;
  abstract readonly catalog: CatalogConfig;
  abstract readonly inbound: InboundConfig;
  abstract readonly ims: ImsConfig;
  abstract readonly marketo: MarketoConfig;
  abstract readonly callbacks: CallbacksConfig;
  abstract readonly registrations: RegistrationsConfig;
  abstract readonly asyncCalls: AsyncCallsConfig;
  abstract readonly outbound: OutboundConfig;
  abstract readonly intake: IntakeConfig;
  abstract readonly enrichment: EnrichmentConfig;
  abstract readonly steps: StepsConfig;
  abstract readonly expressions: ExpressionsConfig;
  abstract readonly delivery: StageConfig;
  /** Most rows one statement of a batcher writes. */
  abstract readonly batchMax: number;
  abstract readonly retention: RetentionConfig;
  abstract readonly operations: OperationsConfig;
  /** Null: no traces are made, and none of their libraries is loaded. */
  abstract readonly telemetry: TelemetryConfig | null;
}
