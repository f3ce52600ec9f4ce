import { join, resolve } from 'node:path';
import { buildConfig, SIMULATOR_CREDENTIAL } from './build-config.js';
import type { AppConfig } from './config.js';
import { EnvironmentError, type EnvironmentProblem } from './config.errors.js';
import { ensureDevelopmentKeys, type StoredDevelopmentKeys } from './development-keys.js';
import type { EnvironmentValues, VariableName } from './env-schema.js';
import type { Environment } from './env-variable.js';
import { parseEnvironment, type RawEnvironment } from './parse-environment.js';
import { findLikelyRequirements, findUnmetRequirements } from './requirements.js';
import { readNamedSecrets } from './named-secrets.js';
import { encryptionKeys } from './secret-types.js';
import type { EncryptionKey, Secrets } from './secrets.js';
import { warnOfMisspellings } from './spelling.js';

const SHORT_KEY = 16;

/** Keys that were taken from, or made in, the data folder because the environment has none. */
export interface GeneratedKeys {
  readonly path: string;
  /** False when an earlier start made them. */
  readonly created: boolean;
  readonly names: readonly VariableName[];
}

/** Everything a process knows about how to run. */
export interface LoadedConfig {
  readonly config: AppConfig;
  readonly secrets: Secrets;
  /** One sentence each, without secrets. */
  readonly warnings: readonly string[];
  /** Null when the environment has every key. */
  readonly generated: GeneratedKeys | null;
}

/**
 * Turns the environment into configuration and secrets. Development makes missing keys in DATA_DIR.
 * @throws EnvironmentError naming everything that is wrong.
 */
export function loadConfig(raw: RawEnvironment): LoadedConfig {
  const { environment, values, problems } = parseEnvironment(raw);
  const named = readNamedSecrets(raw);
  const unmet = [...named.problems, ...findUnmetRequirements(environment, values)];
  if (problems.length + unmet.length > 0) {
    throw new EnvironmentError([...problems, ...unmet, ...findLikelyRequirements(environment, values)]);
  }
  // No problem means that every variable was read.
  const complete = values as EnvironmentValues;
  const generation = environment === 'development' ? takeGeneratedKeys(complete) : null;
  const config = buildConfig(environment, complete);
  return {
    config,
    secrets: { ...buildSecrets(environment, complete, generation?.stored ?? null), named: named.secrets },
    warnings: [...warnOfMisspellings(Object.keys(raw)), ...warnOfWeakness(environment, complete)],
    generated: generation && {
      path: generation.stored.path,
      created: generation.stored.created,
      names: generation.names,
    },
  };
}

function takeGeneratedKeys(values: EnvironmentValues): { stored: StoredDevelopmentKeys; names: VariableName[] } | null {
  const names = (['INBOUND_API_KEYS', 'ADMIN_API_KEYS', 'ENCRYPTION_KEYS'] as const).filter(
    (name) => values[name] === null,
  );
  if (names.length === 0) {
    return null;
  }
  try {
    return { stored: ensureDevelopmentKeys(resolve(values.DATA_DIR)), names };
  } catch (error) {
    throw keysUnusable((error as Error).message, values.DATA_DIR);
  }
}

function keysUnusable(reason: string, dataDir: string): EnvironmentError {
  const problem: EnvironmentProblem = {
    name: 'DATA_DIR',
    problem: `keys for development cannot be kept there (${reason})`,
    remedy: `make the folder writable, or remove ${join(dataDir, 'keys.json')} (what it encrypted stays unreadable)`,
  };
  return new EnvironmentError([problem]);
}

function buildSecrets(
  environment: Environment,
  values: EnvironmentValues,
  stored: StoredDevelopmentKeys | null,
): Omit<Secrets, 'named'> {
  const inboundApiKeys = values.INBOUND_API_KEYS ?? stored?.keys.inboundApiKeys ?? [];
  const isDevelopment = environment === 'development';
  return Object.freeze({
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    inboundApiKeys,
    inboundBasicUsers:
      values.INBOUND_BASIC_USERS ??
      (isDevelopment ? inboundApiKeys.slice(0, 1).map((password) => ({ username: 'developer', password })) : []),
    adminApiKeys: values.ADMIN_API_KEYS ?? stored?.keys.adminApiKeys ?? [],
    encryptionKeys: values.ENCRYPTION_KEYS ?? readStoredEncryptionKeys(values, stored),
    adobeClientSecrets: values.ADOBE_CLIENT_SECRETS ?? (isDevelopment ? [SIMULATOR_CREDENTIAL.clientSecret] : []),
  });
}

function readStoredEncryptionKeys(
  values: EnvironmentValues,
  stored: StoredDevelopmentKeys | null,
): readonly EncryptionKey[] {
  if (stored === null) {
    return [];
  }
  const parsed = encryptionKeys.parse(stored.keys.encryptionKeys.join(','));
  if (parsed.kind === 'refused') {
    throw keysUnusable(`encryptionKeys ${parsed.problem}`, values.DATA_DIR);
  }
  return parsed.value;
}

function warnOfWeakness(environment: Environment, values: EnvironmentValues): string[] {
  if (environment === 'development') {
    return [];
  }
  const weak = (['INBOUND_API_KEYS', 'ADMIN_API_KEYS'] as const).filter((name) =>
    values[name]?.some((key) => key.length < SHORT_KEY),
  );
  const warnings = weak.map((name) => `${name} has a key of fewer than ${SHORT_KEY} characters; make longer ones`);
  return values.OUTBOUND_ALLOW_HTTP
    ? [...warnings, 'OUTBOUND_ALLOW_HTTP is on: callbacks may carry personal data and tokens in the clear']
    : warnings;
}
