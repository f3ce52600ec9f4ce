import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig, renderCurl } from './describe-config.js';
import { type LoadedConfig, loadConfig } from './load-config.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function load(raw: Record<string, string>): LoadedConfig {
  return loadConfig({ DATA_DIR: folder, ...raw });
}

/** The words that a shell would pass to curl. */
function argumentsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('describeConfig', () => {
  it('shows the groups, and of secrets only whether they are configured', () => {
    const { config, secrets } = load({ DATABASE_URL: 'postgres://app:swordfish@db/ricochet' });
    const shown = describeConfig(config, secrets);
    expect(shown).toMatchObject({
      http: { port: 3000 },
      secrets: {
        databaseUrl: { configured: true },
        redisUrl: { configured: false },
        adminApiKeys: { configured: true },
      },
    });
    const text = JSON.stringify(shown);
    for (const secret of ['swordfish', ...secrets.inboundApiKeys, ...secrets.adminApiKeys, 'simulator-secret']) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('renderCurl', () => {
  it('submits a lead with the key in its header, as a shell reads it', () => {
    const { config, secrets } = load({ INBOUND_API_KEYS: `it's$(id)` });
    const args = argumentsOf(renderCurl(config, secrets));
    expect(args).toContain('http://127.0.0.1:3000/submitAsyncAction');
    expect(args).toContain(`X-API-Key: it's$(id)`);
    const body = JSON.parse(args.at(-1) ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({
      token: expect.stringMatching(/^curl-\d{10}$/) as string,
      callbackUrl: 'http://127.0.0.1:4010/callbacks/curl',
      objectData: { objectType: 'lead', objectContext: { leadId: 1001 } },
    });
  });

  it.each([
    [{ INBOUND_AUTH: 'basic', INBOUND_BASIC_USERS: 'adobe:pw' }, 'adobe:pw'],
    [{ INBOUND_AUTH: 'oauth2', INBOUND_API_KEYS: 'k1' }, 'Authorization: Bearer '],
    [
      { INBOUND_API_KEY_IN: 'query', INBOUND_API_KEY_NAME: 'key', INBOUND_API_KEYS: 'a&b' },
      'http://127.0.0.1:3000/submitAsyncAction?key=a%26b',
    ],
  ])('authenticates the way callers have to: %j', (raw, expected) => {
    const { config, secrets } = load(raw);
    expect(argumentsOf(renderCurl(config, secrets))).toContain(expected);
  });
});
