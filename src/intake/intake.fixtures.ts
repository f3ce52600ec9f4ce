import type { AppConfig } from '../config/config.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';

/** A configuration of development defaults for specs of intake. */
export function testConfig(overrides: Partial<AppConfig> = {}): AppConfig {
  return {
    environment: 'development',
    role: 'all',
    dataDir: '/tmp',
    http: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1',
      trustProxy: false,
      keepAliveMs: 72_000,
      managementPort: null,
    },
    database: { embedded: true, poolSize: 10 },
    queue: { kind: 'embedded', pollMs: 1000 },
    catalog: { servicesDir: 'services', reload: 'watch', providerModules: [] },
    inbound: {
      auth: 'apiKey',
      apiKeyName: 'X-API-Key',
      apiKeyIn: 'header',
      publicServiceDefinition: false,
      oauthIssuer: null,
      oauthAudience: null,
    },
    ims: { baseUrl: 'http://127.0.0.1:4010', clientId: null, scopes: [], apiKey: null, orgIds: null },
    marketo: { munchkinIds: null },
    callbacks: { hosts: ['*.adobe.io'], retryScheduleMs: [0] },
    registrations: { retryScheduleMs: [0] },
    asyncCalls: { waitMs: 10_000 },
    outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: false },
    intake: { ackStatus: 200, validationStatus: 422, queueMax: 5, backlogMax: 100 },
    enrichment: { concurrency: 1, leaseMs: 20_000, ioConcurrency: 16 },
    steps: { allowCidrs: [], cacheMaxMb: 512 },
    expressions: { threads: 1, timeoutMs: 1_000, heapMb: 64, resultMaxBytes: 1_048_576 },
    delivery: { concurrency: 1, leaseMs: 45_000 },
    batchMax: 200,
    retention: { payloadDays: 30, rowDays: 90, resultDays: 30, auditDays: 365 },
    operations: {
      shutdownGraceMs: 1000,
      logLevel: 'error',
      logTraffic: false,
      auditAddress: 'network',
      adminReveal: false,
      egressIps: [],
    },
    telemetry: null,
    ...overrides,
  };
}

/** A service that demands an e-mail address and declares one field of every type. */
export function testDefinition(overrides: Partial<ServiceDefinition> = {}): ServiceDefinition {
  const field = (
    serviceAttribute: string,
    dataType: 'string' | 'email' | 'integer' | 'float' | 'boolean' | 'date',
    required = false,
  ) => ({
    serviceAttribute,
    aliases: [],
    dataType,
    displayName: null,
    description: null,
    translations: {},
    required,
  });
  return {
    apiName: 'check-email',
    name: 'Check e-mail',
    description: 'Checks an e-mail address',
    i18nDescription: 'Checks an e-mail address',
    serviceVersion: null,
    translations: {},
    primaryAttribute: 'mode',
    entityType: 'lead',
    enableSplitPaths: true,
    timeoutMinutes: 60,
    isDefault: true,
    enabled: true,
    auth: null,
    dialects: ['externalActions'],
    invocation: {
      globalAttributes: [],
      flowAttributes: [
        {
          apiName: 'mode',
          displayName: 'Mode',
          description: null,
          translations: {},
          dataType: 'string',
          required: false,
        },
      ],
      fields: [
        field('email', 'email', true),
        field('firstName', 'string'),
        field('age', 'integer'),
        field('rating', 'float'),
        field('subscribed', 'boolean'),
        field('since', 'date'),
      ],
      accountFields: [field('domain', 'string', true)],
      headers: [{ name: 'X-Vendor-Key', value: null, displayName: null, description: null, translations: {} }],
      journeyContext: true,
      subscriptionContext: true,
      accessors: [],
    },
    callback: { fields: [], accountFields: [], attributes: [] },
    openapi: {
      title: 'Check e-mail',
      version: '1.0.0',
      description: '',
      providerName: 'Test',
      supportContact: 'test@example.com',
      contact: { name: 'Test', email: null, url: null },
      extensions: {},
    },
    pipeline: [],
    bridge: null,
    asyncCalls: null,
    marketo: null,
    ...overrides,
  };
}

/** A valid request for {@link testDefinition}, as an object to spoil. */
export function leadRequest(): Record<string, unknown> & {
  objectData: { objectType: unknown; objectContext: Record<string, unknown>; flowStepContext?: unknown };
} {
  return {
    token: 'tok-0123456789abcdef',
    callbackUrl: 'https://platform.adobe.io/callback/1',
    objectData: {
      objectType: 'lead',
      objectContext: {
        leadId: 1_000_001,
        leadData: {
          email: 'jane.doe@example.com',
          firstName: 'Jane',
          age: 41,
          rating: 4.5,
          subscribed: true,
          since: '2024-05-01',
          company: 'Example Inc.',
        },
      },
      flowStepContext: { mode: 'strict' },
    },
    context: {
      subscription: { prefix: 'example', imsOrgId: 'ABC@AdobeOrg', instanceName: 'prod', munchkinId: '123-ABC-456' },
      journey: { id: 'j-1', name: 'Welcome', status: 'live', startDate: '2026-01-01', endDate: '2026-12-31' },
      admin: { region: 'eu', apiSecret: 'admin-secret' },
    },
    actionConfig: {
      timeout: 30,
      pathConfig: [
        { pathId: 'p1', pathDefinition: [{ accessor: 'score', operator: 'greaterThan', values: ['80'] }] },
        { pathId: 'p2', pathDefinition: [] },
      ],
    },
    customHeaders: { 'X-Vendor-Key': 'vendor-secret' },
    enableSplitPaths: true,
  };
}
