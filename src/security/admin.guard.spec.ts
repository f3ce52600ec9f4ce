import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import type { Secrets } from '../config/secrets.js';
import { AdminGuard } from './admin.guard.js';
import type { CallerRequest } from './caller-scheme.js';

const guard = new AdminGuard({ adminApiKeys: ['root-1', 'root-2'], inboundApiKeys: ['caller'] } as unknown as Secrets);

function contextOf(headers: CallerRequest['headers'], query: unknown = {}): ExecutionContext {
  return { switchToHttp: () => ({ getRequest: () => ({ headers, query }) }) } as unknown as ExecutionContext;
}

describe('the guard of the administration', () => {
  it.each(['Bearer root-1', 'Bearer root-2', 'BEARER root-1'])('lets %j through', (authorization) => {
    expect(guard.canActivate(contextOf({ authorization }))).toBe(true);
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
  ])('answers 401 to %s', (_title, headers, query) => {
    expect(() => guard.canActivate(contextOf(headers, query))).toThrow(
      expect.objectContaining({ status: 401, code: 'UNAUTHORIZED' }),
    );
  });

  it('lets nobody through when no admin key is configured', () => {
    const closed = new AdminGuard({ adminApiKeys: [] as readonly string[] } as Secrets);
    expect(() => closed.canActivate(contextOf({ authorization: 'Bearer root-1' }))).toThrow(/not known/);
  });
});
