import { describe, expect, it } from 'vitest';
import { ImsEndpoint } from './ims-endpoint.js';

const form = (changes: Record<string, string> = {}): string =>
  new URLSearchParams({ grant_type: 'client_credentials', client_id: 'c', client_secret: 's2', ...changes }).toString();

describe('ImsEndpoint', () => {
  const ims = (tokenLifetimeSeconds = 60): ImsEndpoint =>
    new ImsEndpoint({ clientId: 'c', secrets: ['s1', 's2'], tokenLifetimeSeconds });

  it('issues a token it later recognises, for any of the secrets', () => {
    const endpoint = ims();
    const answer = endpoint.issueToken(form());
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 60 } });
    expect(endpoint.objectionTo(`Bearer ${String(answer.body['access_token'])}`)).toBeNull();
    expect(endpoint.tokenRequests).toBe(1);
  });

  it('recognises a token of the simulator before it, and none of another client', () => {
    const { body } = ims().issueToken(form());
    const authorization = `Bearer ${String(body['access_token'])}`;
    expect(ims().objectionTo(authorization)).toBeNull();
    const other = new ImsEndpoint({ clientId: 'other', secrets: ['s2'], tokenLifetimeSeconds: 60 });
    expect(other.objectionTo(authorization)).toMatch(/never issued/);
  });

  it.each([
    [{ client_secret: 'wrong' }, 'invalid_client'],
    [{ client_id: 'other' }, 'invalid_client'],
    [{ client_secret: '' }, 'invalid_request'],
    [{ grant_type: 'password' }, 'invalid_request'],
  ])('refuses %j with %s', (changes, error) => {
    expect(ims().issueToken(form(changes))).toMatchObject({ status: 400, body: { error } });
  });

  it('objects to missing, foreign and expired tokens without repeating them', () => {
    const endpoint = ims(0);
    const expired = String(endpoint.issueToken(form()).body['access_token']);
    expect(endpoint.objectionTo(undefined)).toMatch(/missing/);
    expect(endpoint.objectionTo('Basic abc')).toMatch(/not "Bearer/);
    expect(endpoint.objectionTo('Bearer foreign')).toMatch(/never issued/);
    expect(endpoint.objectionTo(`Bearer ${expired}`)).toBe('header Authorization carries a token that has expired');
  });
});
