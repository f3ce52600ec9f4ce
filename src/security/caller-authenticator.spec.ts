import { describe, expect, it } from 'vitest';
import type { AppConfig, InboundAuthScheme, InboundConfig } from '../config/config.js';
import type { Secrets } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { AccessTokens, TOKEN_REFUSALS, type TokenVerdict } from './access-tokens.js';
import { CallerAuthenticator } from './caller-authenticator.js';
import type { CallerRequest } from './caller-scheme.js';
import type { CallerService } from './caller-services.js';

const SECRETS = {
  inboundApiKeys: ['first-key', 'sécond-key'],
  inboundBasicUsers: [
    { username: 'adobe', password: 'pass:with:colons' },
    { username: 'jürgen', password: 'pässword€' },
    { username: 'nobody', password: '' },
  ],
} as unknown as Secrets;

function authenticatorFor(inbound: Partial<InboundConfig>): CallerAuthenticator {
  const config = {
    inbound: {
      auth: 'apiKey',
      apiKeyName: 'X-API-Key',
      apiKeyIn: 'header',
      publicServiceDefinition: false,
      ...inbound,
    },
  };
  return new CallerAuthenticator(config as AppConfig, SECRETS, new ScriptedTokens());
}

/** Tokens that say themselves what they are worth: `caller`, or a refusal; with `later:` in a promise. */
class ScriptedTokens extends AccessTokens {
  judge(token: string): TokenVerdict | Promise<TokenVerdict> {
    const [, later, word] = /^(later:)?(.*)$/.exec(token) ?? [];
    const refusal = TOKEN_REFUSALS.find((one) => one === word);
    const verdict: TokenVerdict =
      refusal === undefined
        ? { kind: 'caller', caller: { scheme: 'oauth2', name: 'client' } }
        : { kind: 'refused', refusal };
    return later === undefined ? verdict : Promise.resolve(verdict);
  }

  tokenUrl(): Promise<string> {
    return Promise.resolve('https://ricochet.example/oauth2/token');
  }
}

function service(auth: InboundAuthScheme | null, enabled = true): CallerService {
  return { apiName: 'mail-check', enabled, auth };
}

function basic(userPass: string | Buffer, scheme = 'Basic'): CallerRequest {
  return { headers: { authorization: `${scheme} ${Buffer.from(userPass).toString('base64')}` } };
}

function refusal(
  authenticator: CallerAuthenticator,
  request: CallerRequest,
  called: CallerService | null,
): RequestError {
  try {
    void authenticator.authenticate(request, called);
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return error as RequestError;
  }
  throw new Error('The caller was let through');
}

describe('an API key in a header', () => {
  const authenticator = authenticatorFor({});

  it.each<readonly [string, CallerRequest, string]>([
    ['the first key', { headers: { 'x-api-key': 'first-key' } }, 'key 1'],
    ['the second key, in UTF-8', { headers: { 'x-api-key': 'sécond-key' } }, 'key 2'],
    ['white space around it', { headers: { 'x-api-key': '  first-key\t' } }, 'key 1'],
    ['an array of one', { headers: { 'x-api-key': ['first-key'] } }, 'key 1'],
    ['a Bearer token', { headers: { authorization: 'Bearer first-key' } }, 'key 1'],
    ['a bearer token in another case', { headers: { authorization: 'bearer  first-key' } }, 'key 1'],
    [
      'a right Bearer token beside a wrong key',
      { headers: { 'x-api-key': 'no', authorization: 'Bearer first-key' } },
      'key 1',
    ],
    ['Basic credentials beside it', { headers: { 'x-api-key': 'first-key', authorization: 'Basic eDp5' } }, 'key 1'],
  ])('lets a caller through with %s', (_title, request, name) => {
    expect(authenticator.authenticate(request, service(null))).toEqual({ scheme: 'apiKey', name });
  });

  it.each<readonly [string, CallerRequest, RegExp]>([
    ['nothing', { headers: {} }, /^No API key was sent: send it in the header X-API-Key$/],
    ['an empty key', { headers: { 'x-api-key': '' } }, /^No API key/],
    ['blanks', { headers: { 'x-api-key': '   ' } }, /^No API key/],
    ['an empty array', { headers: { 'x-api-key': [] } }, /^No API key/],
    ['an empty Bearer token', { headers: { authorization: 'Bearer ' } }, /^No API key/],
    ['another scheme', { headers: { authorization: 'Digest first-key' } }, /^No API key/],
    ['the bare key as authorization', { headers: { authorization: 'first-key' } }, /^No API key/],
    ['the key in the query', { headers: {}, query: { 'X-API-Key': 'first-key' } }, /^No API key/],
    ['a wrong key', { headers: { 'x-api-key': 'wrong-secret' } }, /^The API key is not known/],
    ['a key in another case', { headers: { 'x-api-key': 'FIRST-KEY' } }, /^The API key is not known/],
    ['the beginning of a key', { headers: { 'x-api-key': 'first-ke' } }, /^The API key is not known/],
    ['more than a key', { headers: { 'x-api-key': 'first-key2' } }, /^The API key is not known/],
    ['two keys joined by Node', { headers: { 'x-api-key': 'first-key, sécond-key' } }, /^The API key is not known/],
    ['two headers', { headers: { 'x-api-key': ['first-key', 'sécond-key'] } }, /^More than one API key/],
    ['a wrong Bearer token', { headers: { authorization: 'Bearer wrong-secret' } }, /^The API key is not known/],
  ])('answers 401 to %s', (_title, request, message) => {
    const error = refusal(authenticator, request, service(null));
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED', challenge: null });
    expect(error.message).toMatch(message);
    expect(JSON.stringify([error.message, error.details])).not.toMatch(/wrong-secret|first-key/i);
  });

  it('may have any name, also Authorization', () => {
    const named = authenticatorFor({ apiKeyName: 'Authorization' });
    expect(named.authenticate({ headers: { authorization: 'first-key' } }, null)).toMatchObject({ name: 'key 1' });
    expect(named.authenticate({ headers: { authorization: 'Bearer first-key' } }, null)).toMatchObject({
      name: 'key 1',
    });
  });
});

describe('an API key in the query', () => {
  const authenticator = authenticatorFor({ apiKeyIn: 'query', apiKeyName: 'api_key' });

  it('lets a caller through with the key in the query or as a Bearer token', () => {
    expect(authenticator.authenticate({ headers: {}, query: { api_key: 'first-key' } }, null)).toMatchObject({
      name: 'key 1',
    });
    expect(authenticator.authenticate({ headers: { authorization: 'Bearer sécond-key' } }, null)).toMatchObject({
      name: 'key 2',
    });
  });

  it.each<readonly [string, CallerRequest]>([
    ['no query', { headers: {} }],
    ['another name', { headers: {}, query: { API_KEY: 'first-key' } }],
    ['the key in a header', { headers: { api_key: 'first-key' }, query: {} }],
    ['the key twice', { headers: {}, query: { api_key: ['first-key', 'first-key'] } }],
    ['a nested key', { headers: {}, query: { api_key: { a: 'first-key' } } }],
    ['an inherited key', { headers: {}, query: Object.create({ api_key: 'first-key' }) as unknown }],
    ['a wrong key', { headers: {}, query: { api_key: 'wrong' } }],
  ])('answers 401 to %s', (_title, request) => {
    expect(refusal(authenticator, request, null)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  });
});

describe('a user name and password', () => {
  const authenticator = authenticatorFor({ auth: 'basic' });

  it.each<readonly [string, CallerRequest, string]>([
    ['a password with colons', basic('adobe:pass:with:colons'), 'adobe'],
    ['the scheme in another case', basic('adobe:pass:with:colons', 'bAsIc'), 'adobe'],
    ['unicode', basic('jürgen:pässword€'), 'jürgen'],
    ['unicode composed in another way', basic('jürgen:pässword€'.normalize('NFD')), 'jürgen'],
    ['an empty password that is configured', basic('nobody:'), 'nobody'],
    ['base64 without padding', { headers: { authorization: `Basic ${btoa('nobody:').replace(/=+$/, '')}` } }, 'nobody'],
  ])('lets a caller through with %s', (_title, request, name) => {
    expect(authenticator.authenticate(request, null)).toEqual({ scheme: 'basic', name });
  });

  it.each<readonly [string, CallerRequest, RegExp]>([
    ['nothing', { headers: {} }, /^No credentials/],
    ['an empty header', { headers: { authorization: '' } }, /^No credentials/],
    ['the scheme alone', { headers: { authorization: 'Basic' } }, /^No credentials/],
    ['a Bearer token', { headers: { authorization: 'Bearer first-key' } }, /^No credentials/],
    ['an API key', { headers: { 'x-api-key': 'first-key' } }, /^No credentials/],
    ['two headers', { headers: { authorization: ['Basic YTpi', 'Basic YTpi'] } }, /^More than one/],
    ['bad base64', { headers: { authorization: 'Basic %%%' } }, /^The credentials are malformed/],
    ['base64 with blanks', { headers: { authorization: 'Basic YW Rv' } }, /^The credentials are malformed/],
    ['no colon', basic('adobe'), /^The credentials are malformed/],
    ['Latin-1', basic(Buffer.from('jürgen:pässword', 'latin1')), /^The credentials are malformed/],
    ['a wrong password', basic('adobe:wrong-secret'), /^The user name or the password is wrong$/],
    ['a wrong user', basic('adobes:pass:with:colons'), /^The user name or the password is wrong$/],
    ['no password', basic('adobe:'), /^The user name or the password is wrong$/],
    ["another user's password", basic('nobody:pass:with:colons'), /^The user name or the password is wrong$/],
    ['a byte order mark', basic('\ufeffadobe:pass:with:colons'), /^The user name or the password is wrong$/],
    ['nobody at all', basic(':'), /^The user name or the password is wrong$/],
  ])('answers 401 with a challenge to %s', (_title, request, message) => {
    const error = refusal(authenticator, request, null);
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED', challenge: 'Basic realm="ricochet"' });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/wrong-secret|with:colons/);
    expect(error.cause).toBeUndefined();
  });
});

describe('the scheme of a service', () => {
  it("is the service's own, else the default", () => {
    const authenticator = authenticatorFor({});
    const credentials = basic('adobe:pass:with:colons');
    expect(authenticator.authenticate(credentials, service('basic'))).toMatchObject({ scheme: 'basic' });
    expect(refusal(authenticator, credentials, service(null)).status).toBe(401);
    expect(
      refusal(authenticator, { headers: { 'x-api-key': 'first-key' } }, service('basic')).challenge,
    ).not.toBeNull();
  });

  it('tells only a known caller that the service is switched off', () => {
    const authenticator = authenticatorFor({});
    const known = refusal(authenticator, { headers: { 'x-api-key': 'first-key' } }, service(null, false));
    expect(known).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(refusal(authenticator, { headers: {} }, service(null, false)).status).toBe(401);
  });
});

describe('an access token', () => {
  const authenticator = authenticatorFor({ auth: 'oauth2' });
  const bearer = (token: string): CallerRequest => ({ headers: { authorization: `Bearer ${token}` } });

  it('lets its caller through, at once or later', async () => {
    expect(authenticator.authenticate(bearer('good'), null)).toEqual({ scheme: 'oauth2', name: 'client' });
    const later = authenticator.authenticate(bearer('later:good'), service(null));
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toEqual({ scheme: 'oauth2', name: 'client' });
  });

  it.each<readonly [string, CallerRequest, RegExp]>([
    ['nothing', { headers: {} }, /^No access token was sent/],
    ['an empty token', bearer(''), /^No access token was sent/],
    ['Basic credentials', basic('adobe:pass:with:colons'), /^No access token was sent/],
    ['an API key', { headers: { 'x-api-key': 'first-key' } }, /^No access token was sent/],
    ['a token in the query', { headers: {}, query: { access_token: 'good' } }, /^No access token was sent/],
    ['two headers', { headers: { authorization: ['Bearer good', 'Bearer good'] } }, /^More than one/],
  ])('is asked for, without an error in the challenge, where there is %s', (_title, request, message) => {
    const error = refusal(authenticator, request, null);
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED', challenge: 'Bearer realm="ricochet"' });
    expect(error.message).toMatch(message);
  });

  it.each(TOKEN_REFUSALS)('that is refused as %s is answered in a sentence and a challenge', async (word) => {
    const at = refusal(authenticator, bearer(word), null);
    const later = await Promise.resolve(authenticator.authenticate(bearer(`later:${word}`), null)).catch(
      (error: unknown) => error as RequestError,
    );
    for (const error of [at, later]) {
      expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED', message: at.message });
      expect((error as RequestError).challenge).toBe(
        `Bearer realm="ricochet", error="invalid_token", error_description="${at.message}"`,
      );
    }
    expect(at.message).toMatch(/^(The access token|The signature|The client)[^"\\]+$/);
  });

  it('longer than headers can be is malformed, and is not looked at', () => {
    expect(refusal(authenticator, bearer('x'.repeat(8_193)), null).message).toMatch(/malformed/);
  });

  it('tells only a known caller that the service is switched off', async () => {
    expect(refusal(authenticator, bearer('good'), service(null, false))).toMatchObject({ status: 403 });
    const later = Promise.resolve(authenticator.authenticate(bearer('later:good'), service(null, false)));
    await expect(later).rejects.toMatchObject({ status: 403 });
    const refused = Promise.resolve(authenticator.authenticate(bearer('later:ended'), service(null, false)));
    await expect(refused).rejects.toMatchObject({ status: 401 });
  });
});
