import { buildConfig } from '../config/build-config.js';
import type { AppConfig } from '../config/config.js';
import { EnvironmentError } from '../config/config.errors.js';
import type { EnvironmentValues } from '../config/env-schema.js';
import { readNamedSecrets } from '../config/named-secrets.js';
import { parseEnvironment, type RawEnvironment } from '../config/parse-environment.js';
import type { Secrets } from '../config/secrets.js';

/** The configuration of commands that need no database, no keys and no callers. */
export interface AuthoringConfig {
  readonly config: AppConfig;
  readonly secrets: Secrets;
}

/**
 * Reads the environment as the service does, but asks for nothing that production requires, and makes no keys: a check of a
 * file leaves no traces.
 * @throws EnvironmentError naming every value that cannot be read.
 */
export function loadAuthoringConfig(raw: RawEnvironment): AuthoringConfig {
  const { environment, values, problems } = parseEnvironment(raw);
  const named = readNamedSecrets(raw);
  if (problems.length + named.problems.length > 0) throw new EnvironmentError([...problems, ...named.problems]);
  // No problem means that every variable was read.
  const complete = values as EnvironmentValues;
  const config = buildConfig(environment, complete);
  return {
    // Organisations and subscriptions are the callers' affair: a trial has none.
    config: { ...config, ims: { ...config.ims, orgIds: null }, marketo: { ...config.marketo, munchkinIds: null } },
    secrets: {
      databaseUrl: null,
      redisUrl: null,
      inboundApiKeys: [],
      inboundBasicUsers: complete.INBOUND_BASIC_USERS ?? [],
      adminApiKeys: [],
      encryptionKeys: [],
      adobeClientSecrets: [],
      named: named.secrets,
    },
  };
}
