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
    ...retentionProblems(values),
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
    values.INBOUND_AUTH === 'basic'
      ? ['INBOUND_BASIC_USERS', 'set user:password pairs for your callers']
      : ['INBOUND_API_KEYS', `set keys for your callers, made by: ${OPENSSL_KEY}`],
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
  const shared = (['DATABASE_URL', 'REDIS_URL'] as const).filter((name) => isMissing(values, name));
  return shared
    .filter((name) => !(environment === 'production' && name === 'DATABASE_URL'))
    .map((name) => ({
      name,
      problem: `is required with ROLE=${role}: its processes meet there`,
      remedy: 'set it, or run everything in one process with ROLE=all',
    }));
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
