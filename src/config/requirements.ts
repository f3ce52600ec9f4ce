import type { EnvironmentProblem } from './config.errors.js';
import { DIALECT_VARIABLES } from './dialect-requirements.js';
import { isLoopbackHost } from './address-types.js';
import type { EnvironmentValues, VariableName } from './env-schema.js';
import type { Environment } from './env-variable.js';

type Values = Partial<EnvironmentValues>;

const OPENSSL_KEY = 'openssl rand -hex 24';

/** The demands of each way of running beyond the shape of single values: all missing ones at once. */
export function findUnmetRequirements(environment: Environment, values: Values): EnvironmentProblem[] {
  return [
    ...(environment === 'production' ? productionProblems(values) : developmentProblems(values)),
    ...roleProblems(environment, values),
    ...queueProblems(values),
    ...portProblems(values),
    ...retentionProblems(values),
    ...issuerProblems(environment, values),
  ];
}

/**
 * Variables that production lacks for services as they ship. Whether a loaded service needs them is known later; told
 * with other problems they save a second attempt.
 */
export function findLikelyRequirements(environment: Environment, values: Values): EnvironmentProblem[] {
  if (environment !== 'production') return [];
  return DIALECT_VARIABLES.externalActions
    .filter(([name]) => isMissing(values, name))
    .map(([name, remedy]) => ({ name, problem: 'is required in production', remedy }));
}

/** A value that was set but refused is not missing as well: its own problem says enough. */
function isMissing(values: Values, name: VariableName): boolean {
  return values[name] === null;
}

function productionProblems(values: Values): EnvironmentProblem[] {
  const required: [VariableName, string][] = [
    ['PUBLIC_URL', 'set the https address callers reach us at'],
    ['DATABASE_URL', 'set postgres://user:password@host:5432/ricochet'],
    ...callerRequirements(values),
    ['ADMIN_API_KEYS', `set keys for your administrators, made by: ${OPENSSL_KEY}`],
    ['ENCRYPTION_KEYS', 'set id:key with a key made by: openssl rand -base64 32'],
  ];
  const problems = required
    .filter(([name]) => isMissing(values, name))
    .map(([name, remedy]) => ({ name, problem: 'is required in production', remedy }));
  if (values.PUBLIC_URL?.startsWith('http:') === true) {
    problems.push({
      name: 'PUBLIC_URL',
      problem: 'is not https',
      remedy: 'set the https address callers reach us at (TLS may end at a proxy in front)',
    });
  }
  if (values.IMS_BASE_URL?.startsWith('http:') === true && values.OUTBOUND_ALLOW_HTTP !== true) {
    problems.push({
      name: 'IMS_BASE_URL',
      problem: 'is not https and would carry the client secret in the clear',
      remedy: 'use https, or set OUTBOUND_ALLOW_HTTP=true for a trial',
    });
  }
  return problems;
}

/** With oauth2 clients are stored, or an issuer knows them: the environment holds nothing of them. */
function callerRequirements({ INBOUND_AUTH: auth }: Values): [VariableName, string][] {
  if (auth === 'oauth2') return [];
  return auth === 'basic'
    ? [['INBOUND_BASIC_USERS', 'set user:password pairs for your callers']]
    : [['INBOUND_API_KEYS', `set keys for your callers, made by: ${OPENSSL_KEY}`]];
}

function issuerProblems(environment: Environment, values: Values): EnvironmentProblem[] {
  const { OAUTH_ISSUER: issuer, OAUTH_AUDIENCE: audience } = values;
  const problems: EnvironmentProblem[] = [];
  if (typeof issuer !== 'string') return problems;
  if (audience === null) {
    problems.push({
      name: 'OAUTH_AUDIENCE',
      problem: 'is required with OAUTH_ISSUER: its tokens for other services would pass here',
      remedy: 'set the audience that the issuer gives tokens for this service',
    });
  }
  if (environment === 'production' && issuer.startsWith('http:') && values.OUTBOUND_ALLOW_HTTP !== true) {
    problems.push({
      name: 'OAUTH_ISSUER',
      problem: 'is not https, and anyone on the way could put keys of their own in its place',
      remedy: 'use https, or set OUTBOUND_ALLOW_HTTP=true for a trial',
    });
  }
  return problems;
}

function developmentProblems(values: Values): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  if (values.HOST !== undefined && !isLoopbackHost(values.HOST)) {
    problems.push({
      name: 'HOST',
      problem: `${values.HOST} is reachable from other machines, and this is development (generated keys, http)`,
      remedy: 'set HOST=127.0.0.1, or NODE_ENV=production and what it asks for',
    });
  }
  const clientId = values.ADOBE_CLIENT_ID;
  const secrets = values.ADOBE_CLIENT_SECRETS;
  if (clientId !== undefined && secrets !== undefined && (clientId === null) !== (secrets === null)) {
    const missing = clientId === null ? 'ADOBE_CLIENT_ID' : 'ADOBE_CLIENT_SECRETS';
    problems.push({
      name: missing,
      problem: 'is missing while the other half of the credential is set',
      remedy: 'set both ADOBE_CLIENT_ID and ADOBE_CLIENT_SECRETS, or neither for the simulator',
    });
  }
  return problems;
}

function roleProblems(environment: Environment, values: Values): EnvironmentProblem[] {
  const role = values.ROLE;
  if (role === undefined || role === 'all') {
    return [];
  }
  // Production asks for it in any role.
  if (environment === 'production' || !isMissing(values, 'DATABASE_URL')) return [];
  return [
    {
      name: 'DATABASE_URL',
      problem: `is required with ROLE=${role}: its processes meet there`,
      remedy: 'set it, or run everything in one process with ROLE=all',
    },
  ];
}

function portProblems({ PORT: port, MANAGEMENT_PORT: management }: Values): EnvironmentProblem[] {
  return port !== undefined && port !== 0 && port === management
    ? [{ name: 'MANAGEMENT_PORT', problem: 'is the same as PORT', remedy: 'set another one, or leave it out' }]
    : [];
}

function queueProblems(values: Values): EnvironmentProblem[] {
  const { QUEUE: queue, ROLE: role } = values;
  if (queue === 'redis' && isMissing(values, 'REDIS_URL')) {
    return [{ name: 'REDIS_URL', problem: 'is required with QUEUE=redis', remedy: 'set it, or leave QUEUE out' }];
  }
  return queue === 'embedded' && role !== undefined && role !== 'all'
    ? [
        {
          name: 'QUEUE',
          problem: `embedded stays within a process, and ROLE=${role} needs to reach others`,
          remedy: 'leave it out, or set postgres or redis',
        },
      ]
    : [];
}

function retentionProblems(values: Values): EnvironmentProblem[] {
  const { RETENTION_PAYLOAD_DAYS: payloadDays, RETENTION_ROW_DAYS: rowDays } = values;
  return payloadDays !== undefined && rowDays !== undefined && rowDays < payloadDays
    ? [
        {
          name: 'RETENTION_ROW_DAYS',
          problem: `${rowDays} is shorter than RETENTION_PAYLOAD_DAYS (${payloadDays})`,
          remedy: 'keep rows at least as long as their payloads',
        },
      ]
    : [];
}
