import { describe, expect, it } from 'vitest';
import type { Secrets } from '../config/secrets.js';
import { AdminAuthenticator } from './admin-authenticator.js';
import type { AdminKeysRepository, PresentedKey } from './admin-keys.repository.js';
import type { AdminKeyUses } from './admin-key-uses.js';
import type { CallerRequest } from './caller-scheme.js';
import { hashOf } from './issued-secrets.js';

const STORED: Readonly<Record<string, Partial<PresentedKey>>> = {
  ['l'.repeat(43)]: { name: 'live', role: 'viewer' },
  ['d'.repeat(43)]: { name: 'disabled', isDisabled: true },
  ['e'.repeat(43)]: { name: 'expired', isExpired: true },
};
const asked: string[] = [];
const used: string[] = [];
const keys = {
  findPresented: (hash: Buffer) => {
    asked.push(hash.toString('hex'));
    const [, row] = Object.entries(STORED).find(([key]) => hashOf(key).equals(hash)) ?? [];
    return Promise.resolve(row === undefined ? null : { id: row.name, isDisabled: false, isExpired: false, ...row });
  },
} as unknown as AdminKeysRepository;
const uses = { note: (id: string) => used.push(id) } as unknown as AdminKeyUses;
const secrets = { adminApiKeys: ['root-1', 'root-2'], inboundApiKeys: ['caller'] } as unknown as Secrets;
const authenticator = new AdminAuthenticator(secrets, keys, uses);

describe('the authentication of administrators', () => {
  it.each(['Bearer root-1', 'Bearer root-2', 'BEARER root-1'])(
    'takes %j for an admin of the environment',
    async (authorization) => {
      const key = await authenticator.authenticate({ headers: { authorization } });
      expect(key).toMatchObject({ keyId: null, name: 'env', role: 'admin' });
      expect(asked).toEqual([]);
    },
  );

  it('takes a stored key with its role, and notes that it was used', async () => {
    const key = await authenticator.authenticate({ headers: { authorization: `Bearer ${'l'.repeat(43)}` } });
    expect(key).toMatchObject({ keyId: 'live', name: 'live', role: 'viewer' });
    expect(used).toEqual(['live']);
  });

  it.each<readonly [string, CallerRequest['headers'], unknown]>([
    ['nothing', {}, {}],
    ['an empty token', { authorization: 'Bearer ' }, {}],
    ["a caller's key", { authorization: 'Bearer caller' }, {}],
    ['a wrong key', { authorization: 'Bearer root-3' }, {}],
    ['the bare key', { authorization: 'root-1' }, {}],
    ['Basic', { authorization: 'Basic cm9vdC0x' }, {}],
    ['two headers', { authorization: ['Bearer root-1', 'Bearer root-1'] }, {}],
    ['the key in another header', { 'x-api-key': 'root-1' }, {}],
    ['the key in the query', {}, { 'X-API-Key': 'root-1', access_token: 'root-1' }],
    ['an unknown key of the stored form', { authorization: `Bearer ${'x'.repeat(43)}` }, {}],
    ['a disabled key', { authorization: `Bearer ${'d'.repeat(43)}` }, {}],
    ['a key that is over', { authorization: `Bearer ${'e'.repeat(43)}` }, {}],
  ])('answers 401 to %s', async (_title, headers, query) => {
    const before = used.length;
    await expect(authenticator.authenticate({ headers, query })).rejects.toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
    expect(used).toHaveLength(before);
  });

  it('knows no key where none is configured or stored', async () => {
    const closed = new AdminAuthenticator({ adminApiKeys: [] as readonly string[] } as Secrets, keys, uses);
    await expect(closed.authenticate({ headers: { authorization: 'Bearer root-1' } })).rejects.toThrow(/not known/);
  });
});
