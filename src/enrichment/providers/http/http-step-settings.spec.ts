import { afterAll, describe, expect, it } from 'vitest';
import { StepAddresses } from '../../../security/step-addresses.js';
import { testConfig } from '../../../intake/intake.fixtures.js';
import type { Settings } from '../step-settings.js';
import { makeHttpWorld } from './http.fixtures.js';

const production = testConfig({
  outbound: { allowHttp: true, allowCidrs: ['10.0.0.0/8', '192.168.0.0/16'], loopbackOnly: false },
  steps: { allowCidrs: ['10.1.0.0/16', '169.254.169.254/32'], cacheMaxMb: 512 },
});
const world = makeHttpWorld({ config: production, addresses: new StepAddresses(production) });
afterAll(() => world.close());

const MAP = { fields: { name: 'answer.name' } };
const URL = 'https://api.example.com/companies/{{domain}}';

function problemsOf(settings: Settings): string {
  return world.provider.validateSettings({ url: URL, map: MAP, ...settings }).join('\n');
}

describe('settings that are refused at boot', () => {
  it.each<[string, Settings, string]>([
    ['a host from a value', { url: 'https://{{host}}/x' }, 'must have scheme, host and port written out'],
    ['a part of the host from a value', { url: 'https://api.{{region}}.example.com/x' }, 'scheme, host and port'],
    ['a host that a value would end', { url: 'https://api.example.com{{path}}' }, 'scheme, host and port written out'],
    ['a port from a value', { url: 'https://api.example.com:{{port}}/x' }, 'scheme, host and port written out'],
    ['a user name from a value', { url: 'https://{{user}}@api.example.com/x' }, 'scheme, host and port written out'],
    ['a scheme from a value', { url: '{{scheme}}://api.example.com/x' }, 'must begin with https://'],
    ['a whole URL from a value', { url: '{{url}}' }, 'must begin with https://'],
    ['credentials in the URL', { url: 'https://user:pass@api.example.com/x' }, 'without user name and password'],
    ['another scheme', { url: 'file:///etc/passwd' }, 'must begin with https://'],
    ['a backslash', { url: 'https://api.example.com\\@inner.example/x' }, 'has characters a URL cannot carry'],
    ['dot segments', { url: 'https://api.example.com/a/../{{id}}' }, 'path segments . and ..'],
    ['a fragment', { url: 'https://api.example.com/a#{{id}}' }, 'fragment'],
    ['half a placeholder', { url: 'https://api.example.com/{{id' }, '{{ or }} without its other half'],
    ['an expression as placeholder', { url: 'https://api.example.com/{{a + b}}' }, 'is not the name of a value'],
    ['no URL', { url: undefined }, 'settings.url must be a text'],
    [
      'a secret in the URL',
      { url: 'https://api.example.com/{{secret.CRM_KEY}}' },
      'names a secret, and templates hold none',
    ],
    ['a secret in a header', { headers: { 'X-Key': '{{secret.CRM_KEY}}' } }, 'names a secret, and templates hold none'],
    [
      'a secret in a body',
      { body: { json: { key: '{{ secrets.CRM_KEY }}' } } },
      'names a secret, and templates hold none',
    ],
    ['a credential in a header', { headers: { Authorization: 'Bearer abc' } }, 'carries a credential'],
    ['a key in a header', { headers: { 'X-Api-Key': 'abc' } }, 'looks like a credential'],
    ['a key in the query', { query: { api_key: 'abc' } }, 'looks like a credential'],
    ['the secret itself', { auth: { bearer: 'sk-live-4711' } }, 'must be the name of a secret'],
    ['two kinds of credential', { auth: { bearer: 'A', basic: {} } }, 'exactly one of bearer'],
    ['no kind of credential', { auth: {} }, 'exactly one of bearer'],
    ['a credential as Host', { auth: { header: { name: 'Host', secret: 'KEY' } } }, 'the client sets by itself'],
    ['a token server on http', { auth: oauth('http://auth.example.com/t') }, 'tokenUrl may not be used'],
    ['a token server inside', { auth: oauth('https://192.168.0.1/t') }, 'tokenUrl may not be used'],
    ['a token server from a value', { auth: oauth('https://{{x}}/t') }, 'must be an absolute URL without placeholders'],
    ['http to the internet', { url: 'http://api.example.com/x' }, 'must use https'],
    ['a header of the request in the URL', { query: { k: '{{header.x-key}}' } }, 'may stand in headers alone'],
    ['a header the client sets', { headers: { Host: 'other.example' } }, 'the client sets by itself'],
    ['a line break in a header', { headers: { 'X-A': 'a\r\nHost: b' } }, 'characters a header cannot carry'],
    ['a body with GET', { method: 'GET', body: { json: {} } }, 'cannot go with GET'],
    ['two bodies', { body: { json: {}, form: {} } }, 'exactly one of json, form and xml'],
    ['an unknown method', { method: 'TRACE' }, 'must be one of GET'],
    ['an unknown setting', { timeoutt: '1s' }, 'settings.timeoutt is not a setting'],
    ['no mapping', { map: {} }, 'must say what becomes of an answer'],
    [
      'an expression that does not compile',
      { map: { fields: { a: 'answer.(' } } },
      'settings.map.fields.a: the expression is wrong',
    ],
    ['an expression that would end the others', { map: { fields: { a: '1), "x": (2' } } }, 'the expression is wrong'],
    ['a mapping that is no text', { map: { fields: { a: 1 } } }, 'must be an expression'],
    ['a field without a name', { map: { fields: { '': 'answer' } } }, 'is not the name of a field'],
    ['a status that is none', { notFound: [1] }, 'must list statuses'],
    ['a rate of nothing', { rateLimit: { perSecond: 0 } }, 'must be a whole number from 1'],
    ['two rates', { rateLimit: { perSecond: 1, perMinute: 2 } }, 'perSecond or perMinute'],
    ['a cache without a time', { cache: {} }, 'cache.ttl is missing'],
    ['a cache for a year', { cache: { ttl: '365d' } }, 'must be a duration from 1s to 30d'],
    ['a budget of nothing', { budget: {} }, 'budget.perDay is missing'],
    ['a batch that cannot ask for many', { batch: { key: 'domain' } }, 'need {{keys}} in the request'],
    ['keys without a batch', { query: { ids: '{{keys}}' } }, 'which need batch'],
    [
      'people of an account asked about one by one',
      { body: { json: '{{keys}}' }, map: { people: { key: 'x' } } },
      'needs on: account',
    ],
    ['an exception that nobody gave', { allowCidrs: ['172.16.0.0/12'] }, 'STEP_ALLOW_CIDRS does not cover'],
    ['an exception for callbacks alone', { allowCidrs: ['192.168.0.0/16'] }, 'STEP_ALLOW_CIDRS does not cover'],
    ['an exception wider than allowed', { allowCidrs: ['10.0.0.0/8'] }, 'STEP_ALLOW_CIDRS does not cover'],
    ['an exception that is none', { allowCidrs: ['inside'] }, 'is not an IP range'],
    ['http without an exception', { allowHttp: true }, 'allowHttp needs allowCidrs'],
    [
      'an inner address without an exception',
      { url: 'https://10.1.2.3/x' },
      'is 10.1.2.3, which is not a public address',
    ],
    ['an address of callbacks', { url: 'https://192.168.1.1/x' }, 'is 192.168.1.1'],
    ['loopback in production', { url: 'https://127.0.0.1/x' }, 'is 127.0.0.1'],
    [
      'a metadata server, exactly excepted',
      { url: 'https://169.254.169.254/x', allowCidrs: ['169.254.169.254'] },
      'is 169.254.169.254',
    ],
    [
      'a public address on http beside an exception',
      { url: 'http://8.8.8.8/x', allowHttp: true, allowCidrs: ['10.1.0.0/16'] },
      'is 8.8.8.8',
    ],
  ])('%s', (_, settings, sentence) => {
    const problems = problemsOf(settings);
    expect(problems).toContain(sentence);
    expect(problems).not.toContain('sk-live-4711');
  });
});

describe('settings that are fine', () => {
  it.each<[string, Settings]>([
    ['a public address', {}],
    ['an inner address within both exceptions', { url: 'https://10.1.2.3/x', allowCidrs: ['10.1.2.0/24'] }],
    ['http to it', { url: 'http://10.1.2.3:8080/x', allowHttp: true, allowCidrs: ['10.1.2.3'] }],
    ['an inner name', { url: 'https://crm.internal/x', allowCidrs: ['10.1.2.0/24'] }],
    ['a header of the request that becomes one', { headers: { Authorization: '{{header.x-crm}}' } }],
    ['a secret by its name', { auth: { header: { name: 'X-Api-Key', secret: 'CRM_KEY' } } }],
    ['OAuth', { auth: oauth('https://auth.example.com/token') }],
    [
      'everything at once',
      {
        body: { json: { ids: '{{keys}}' } },
        batch: { key: 'domain', max: 10, waitMs: 5 },
        cache: { ttl: '1h', negativeTtl: '0s' },
        budget: { perDay: 10, whenSpent: 'skip' },
        rateLimit: { perMinute: 30 },
        concurrency: 4,
        retries: 0,
        notFound: [404, 204],
      },
    ],
  ])('%s', (_, settings) => {
    expect(problemsOf(settings)).toBe('');
  });
});

function oauth(tokenUrl: string): Settings {
  return { oauth: { tokenUrl, clientId: 'us', clientSecret: 'CLIENT_SECRET' } };
}
