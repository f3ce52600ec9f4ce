import type { CallerRequest } from './caller-scheme.js';

/** The text in the place of a credential: none, several (it is unclear which counts), or one. */
export type PresentedCredential =
  { readonly kind: 'missing' } | { readonly kind: 'ambiguous' } | { readonly kind: 'present'; readonly value: string };

/** Reads a header by its name in any case. */
export function credentialInHeader(request: CallerRequest, name: string): PresentedCredential {
  return single(request.headers[name.toLowerCase()]);
}

/** Reads a query parameter by its exact name. */
export function credentialInQuery(request: CallerRequest, name: string): PresentedCredential {
  const { query } = request;
  if (typeof query !== 'object' || query === null || !Object.hasOwn(query, name)) {
    return { kind: 'missing' };
  }
  return single((query as Readonly<Record<string, unknown>>)[name]);
}

/** Reads what follows the scheme's name in `Authorization`; another scheme there counts as missing. */
export function credentialInAuthorization(request: CallerRequest, scheme: 'Basic' | 'Bearer'): PresentedCredential {
  const authorization = credentialInHeader(request, 'authorization');
  if (authorization.kind !== 'present') {
    return authorization;
  }
  const match = /^(\S+) +(.*)$/s.exec(authorization.value);
  return match?.[1]?.toLowerCase() === scheme.toLowerCase() ? single(match[2]) : { kind: 'missing' };
}

function single(value: unknown): PresentedCredential {
  if (Array.isArray(value)) {
    const values: readonly unknown[] = value;
    return values.length > 1 ? { kind: 'ambiguous' } : single(values[0]);
  }
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? { kind: 'missing' } : { kind: 'present', value: text };
}
