import { describe, expect, it } from 'vitest';
import { FRIENDLY_URLS, HOSTILE_URLS, REFUSALS, type Refusal } from '../../test/fixtures/hostile-urls.js';
import type { AppConfig } from '../config/config.js';
import { AddressPolicy } from './address-policy.js';

const policy = new AddressPolicy({
  outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: false },
} as unknown as AppConfig);
const ANY_HOST = { hosts: null };
const ADOBE = { hosts: ['*.adobe.io', '*.adobe.com', '*.adobelogin.com', '*.marketo.com', '*.marketo.net'] };
const kinds = Object.keys(HOSTILE_URLS) as Refusal[];

describe('the corpus of URLs', () => {
  it('has 150 hostile and 40 friendly ones at least, each once', () => {
    const hostile = kinds.flatMap((kind) => HOSTILE_URLS[kind]);
    expect(new Set(hostile).size).toBe(hostile.length);
    expect(new Set(FRIENDLY_URLS).size).toBe(FRIENDLY_URLS.length);
    expect(hostile.length).toBeGreaterThanOrEqual(150);
    expect(FRIENDLY_URLS.length).toBeGreaterThanOrEqual(40);
  });

  describe.each(kinds)('refused for its %s', (kind) => {
    it.each(HOSTILE_URLS[kind])('%j', (url) => {
      const sentence = policy.checkUrl(url, kind === 'list' ? ADOBE : ANY_HOST);
      expect(sentence).toContain(REFUSALS[kind]);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    });
  });

  it.each(FRIENDLY_URLS)('accepts %j', (url) => {
    expect(policy.checkUrl(url, ANY_HOST)).toBeNull();
  });

  it('is refused in development as well, where only loopback is at home', () => {
    const development = new AddressPolicy({
      outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: true },
    } as unknown as AppConfig);
    const refused = kinds.filter((kind) => kind !== 'list' && kind !== 'local');
    const passed = refused
      .flatMap((kind) => HOSTILE_URLS[kind])
      .filter((url) => development.checkUrl(url, ANY_HOST) === null);
    // This machine itself, which is what development is for.
    expect(passed.length).toBeGreaterThan(0);
    for (const url of passed) expect(new URL(url).hostname).toMatch(/^127\.|^\[::1\]$|^\[::ffff:7f00:1\]$/);
  });
});
