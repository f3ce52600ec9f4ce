import { issuerAddress } from '../address-types.js';
import { optional, setting } from '../env-variable.js';
import { apiKeys, basicUsers, encryptionKeys } from '../secret-types.js';
import { choice, flag, headerName, token } from '../variable-type.js';

/** Variables about callers, and the keys that encrypt their data. */
export const CALLER_VARIABLES = Object.freeze({
  INBOUND_AUTH: setting({
    group: 'Callers',
    type: choice(['apiKey', 'basic', 'oauth2']),
    default: 'apiKey',
    meaning: "how callers authenticate; a service's YAML may override it",
  }),
  INBOUND_API_KEYS: optional({
    group: 'Callers',
    type: apiKeys,
    otherwise: 'generated in development',
    requiredIn: 'production with INBOUND_AUTH=apiKey',
    secret: true,
    meaning: 'keys callers present, also as Bearer',
  }),
  INBOUND_API_KEY_NAME: setting({
    group: 'Callers',
    type: headerName,
    default: 'X-API-Key',
    meaning: 'name of the header or query parameter that carries the key',
  }),
  INBOUND_API_KEY_IN: setting({
    group: 'Callers',
    type: choice(['header', 'query']),
    default: 'header',
    meaning: 'where callers put the key',
  }),
  INBOUND_BASIC_USERS: optional({
    group: 'Callers',
    type: basicUsers,
    otherwise: 'user `developer` with the generated key in development',
    requiredIn: 'production with INBOUND_AUTH=basic',
    secret: true,
    meaning: 'users of Basic authentication',
  }),
  OAUTH_ISSUER: optional({
    group: 'Callers',
    type: issuerAddress,
    otherwise: 'tokens come from POST /oauth2/token here',
    meaning: 'the external issuer of access tokens, exactly as its tokens name it; its keys are read by JWKS',
  }),
  OAUTH_AUDIENCE: optional({
    group: 'Callers',
    type: token('text'),
    otherwise: '`PUBLIC_URL`',
    requiredIn: 'every environment with OAUTH_ISSUER',
    meaning: 'the audience that access tokens must be for',
  }),
  PUBLIC_SERVICE_DEFINITION: setting({
    group: 'Callers',
    type: flag,
    default: 'false',
    meaning: 'answer getServiceDefinition without a key',
  }),
  ADMIN_API_KEYS: optional({
    group: 'Callers',
    type: apiKeys,
    otherwise: 'generated in development',
    requiredIn: 'production',
    secret: true,
    meaning: 'keys of administrators, presented as Bearer under /admin',
  }),
  ENCRYPTION_KEYS: optional({
    group: 'Callers',
    type: encryptionKeys,
    otherwise: 'generated in development',
    requiredIn: 'production',
    secret: true,
    meaning: 'encrypt tokens and credentials at rest: the first encrypts, all decrypt',
  }),
});
