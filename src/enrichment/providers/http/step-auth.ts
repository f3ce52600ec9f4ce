import { isSecretName } from '../../../config/named-secrets.js';
import { OWN_HEADERS } from './request-template.js';
import type { SettingsReader } from './settings-reader.js';

/** How a step shows who it is. Secrets are named; their values are read when a request goes out. */
export type AuthPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'basic'; readonly username: string; readonly secret: string }
  | { readonly kind: 'header'; readonly name: string; readonly secret: string }
  | { readonly kind: 'query'; readonly name: string; readonly secret: string }
  | ({ readonly kind: 'oauth' } & OAuthPlan);

/** OAuth 2.0 client credentials. */
export interface OAuthPlan {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly secret: string;
  readonly scope: string | null;
  readonly audience: string | null;
  /** Where client id and secret go. */
  readonly credentialsIn: 'header' | 'body';
}

const NONE: AuthPlan = Object.freeze({ kind: 'none' });
const KINDS = ['bearer', 'basic', 'header', 'query', 'oauth'] as const;
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

/** Reads `auth`: at most one of `bearer`, `basic`, `header`, `query` and `oauth`. */
export function readAuth(reader: SettingsReader): AuthPlan {
  const section = reader.section('auth');
  if (section === null) return NONE;
  section.refuseUnknown(KINDS);
  const [kind, ...others] = KINDS.filter((one) => section.has(one));
  if (kind === undefined || others.length > 0) {
    reader.refuse('auth', `must have exactly one of ${KINDS.join(', ')}.`);
    return NONE;
  }
  return kind === 'bearer' ? { kind, secret: readSecret(section, 'bearer') } : readSection(section, kind);
}

function readSection(parent: SettingsReader, kind: 'basic' | 'header' | 'query' | 'oauth'): AuthPlan {
  const section = parent.section(kind);
  if (section === null) return NONE;
  switch (kind) {
    case 'basic': {
      section.refuseUnknown(['username', 'password']);
      const username = section.text('username');
      if (username.includes(':')) section.refuse('username', 'must not have a colon.');
      return { kind, username, secret: readSecret(section, 'password') };
    }
    case 'header':
    case 'query':
      section.refuseUnknown(['name', 'secret']);
      return { kind, name: readToken(section, 'name'), secret: readSecret(section, 'secret') };
    case 'oauth':
      section.refuseUnknown(['tokenUrl', 'clientId', 'clientSecret', 'scope', 'audience', 'credentialsIn']);
      return {
        kind,
        tokenUrl: section.text('tokenUrl'),
        clientId: section.text('clientId'),
        secret: readSecret(section, 'clientSecret'),
        scope: section.text('scope', '') || null,
        audience: section.text('audience', '') || null,
        credentialsIn: section.choice('credentialsIn', ['header', 'body'], 'header'),
      };
    default:
      return kind satisfies never;
  }
}

/** The problem never quotes the text: it may be the secret itself. */
function readSecret(section: SettingsReader, key: string): string {
  const name = section.text(key);
  if (name !== '' && !isSecretName(name)) {
    section.refuse(key, 'must be the name of a secret, e.g. CRM_KEY for SECRET_CRM_KEY, never the secret itself.');
    return '';
  }
  return name;
}

function readToken(section: SettingsReader, key: string): string {
  const name = section.text(key);
  if (name !== '' && (!TOKEN.test(name) || OWN_HEADERS.has(name.toLowerCase()))) {
    section.refuse(key, 'must be the name of a header or parameter, and none that the client sets by itself.');
  }
  return name;
}

/** Which credential a request carries, for the hash of what it asks: names, never values. */
export function credentialName(auth: AuthPlan): string {
  switch (auth.kind) {
    case 'none':
      return '';
    case 'bearer':
      return `bearer ${auth.secret}`;
    case 'basic':
      return `basic ${auth.username} ${auth.secret}`;
    case 'header':
    case 'query':
      return `${auth.kind} ${auth.name} ${auth.secret}`;
    case 'oauth':
      return JSON.stringify([auth.tokenUrl, auth.clientId, auth.secret, auth.scope, auth.audience]);
    default:
      return auth satisfies never;
  }
}
