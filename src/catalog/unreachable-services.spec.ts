import { Logger } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/config.js';
import type { Secrets } from '../config/secrets.js';
import type { AccessTokens } from '../security/access-tokens.js';
import { CallerAuthenticator } from '../security/caller-authenticator.js';
import { Catalog } from './catalog.js';
import { ACCOUNT_YAML, definitionOf, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';
import { UnreachableServices } from './unreachable-services.js';

const CONFIG = { inbound: { auth: 'apiKey', apiKeyName: 'X-API-Key', apiKeyIn: 'header' } } as AppConfig;
const USER = { username: 'adobe', password: 'secret' };

afterEach(() => {
  vi.restoreAllMocks();
});

function warningsWith(secrets: Pick<Secrets, 'inboundApiKeys' | 'inboundBasicUsers'>): unknown[] {
  const files = { 'account.yaml': ACCOUNT_YAML, 'group.yaml': GROUP_YAML, 'lead.yaml': LEAD_YAML };
  const loaded = Object.entries(files).map(([file, text]) => ({ file, definition: definitionOf(text) }));
  const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const callers = new CallerAuthenticator(CONFIG, secrets as Secrets, {} as AccessTokens);
  warn.mockClear();
  new UnreachableServices(new Catalog(loaded), callers).onModuleInit();
  return warn.mock.calls.map(([message]) => message as unknown);
}

it('names the service that no caller can use, its file and what is missing', () => {
  expect(warningsWith({ inboundApiKeys: [], inboundBasicUsers: [] })).toEqual([
    'group.yaml: auth is basic, but INBOUND_BASIC_USERS is empty: no caller can use group-roles',
    'lead.yaml: auth is apiKey, but INBOUND_API_KEYS is empty: no caller can use mail-check',
  ]);
});

it('says nothing of services that somebody can call, or that use the default scheme', () => {
  expect(warningsWith({ inboundApiKeys: ['key'], inboundBasicUsers: [USER] })).toEqual([]);
});
