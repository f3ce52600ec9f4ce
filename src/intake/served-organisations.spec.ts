import { describe, expect, it } from 'vitest';
import type { AppConfig } from '../config/config.js';
import { RequestError } from '../http/request-error.js';
import { NO_PAGES, OrganisationBook, type OrganisationPages } from '../organisations/organisation-book.js';
import { ServedOrganisations } from './served-organisations.js';

const NEVER_READ = null;

function served(orgIds: readonly string[] | null, pages: Partial<OrganisationPages> | null = {}): ServedOrganisations {
  const book = new OrganisationBook();
  if (pages !== NEVER_READ) book.replace({ ...NO_PAGES, ...pages });
  return new ServedOrganisations({ ims: { orgIds } } as unknown as AppConfig, book);
}

function statusOf(select: () => string): string | number {
  try {
    return select();
  } catch (error) {
    return error instanceof RequestError ? error.status : Number.NaN;
  }
}

const deny: Partial<OrganisationPages> = { tenants: new Map([['s', new Map([['A', 'deny'] as const])]]) };
const allow: Partial<OrganisationPages> = { tenants: new Map([['s', new Map([['X', 'allow'] as const])]]) };
const own: Partial<OrganisationPages> = {
  credentials: new Map([
    ['X', { kind: 'ready', credential: {} as never }],
    ['R', { kind: 'removed' }],
    ['U', { kind: 'unreadable' }],
  ]),
};

describe('the organisation of a request', () => {
  it.each([
    ['the listed one it names', ['A', 'B'], {}, 'B', 'B'],
    ['the first where it names none', ['A', 'B'], {}, null, 'A'],
    ['the first where the member is absent', ['A', 'B'], {}, undefined, 'A'],
    ['no stranger', ['A'], {}, 'X', 403],
    ['any in development', null, {}, 'X', 'X'],
    ['the default of development', null, {}, null, 'default'],
    ['not one that is denied', ['A', 'B'], deny, 'A', 403],
    ['not the first where that is denied', ['A', 'B'], deny, null, 403],
    ['another beside a denied one', ['A', 'B'], deny, 'B', 'B'],
    ['not one that is denied in development', null, deny, 'A', 403],
    ['a stranger that is allowed', ['A'], allow, 'X', 'X'],
    ['a stranger with a credential', ['A'], own, 'X', 'X'],
    ['a stranger with a credential that cannot be read', ['A'], own, 'U', 'U'],
    ['not one whose credential was removed', ['A'], own, 'R', 403],
    ['none before anything was read', ['A'], NEVER_READ, 'A', 503],
    ['none called like a member of every object', ['A'], {}, '__proto__', 403],
  ])('is %s', (_what, orgIds, pages, named, expected) => {
    const organisations = served(orgIds, pages);
    expect(statusOf(() => organisations.select('s', named))).toBe(expected);
  });

  it('is asked for a service: a rule of another one says nothing', () => {
    expect(served(['A'], deny).select('t', 'A')).toBe('A');
    expect(statusOf(() => served(['A'], allow).select('t', 'X'))).toBe(403);
  });
});
