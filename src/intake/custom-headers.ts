import type { IncomingHttpHeaders } from 'node:http';
import type { Fields } from '../actions/action-input.js';
import type { HeaderDefinition } from '../catalog/service-definition.js';

/**
 * Custom headers of a request by lower-case name: everything in `customHeaders`, and what the definition declares
 * from the real HTTP headers (they win) or, failing both, from the definition's own value.
 */
export function collectHeaders(
  declared: readonly HeaderDefinition[],
  http: IncomingHttpHeaders,
  custom: Fields | null | undefined,
): Record<string, string> {
  // No prototype: a header may be called __proto__.
  const headers = Object.create(null) as Record<string, string>;
  for (const { name, value } of declared) if (value !== null) headers[name.toLowerCase()] = value;
  if (custom !== null && custom !== undefined) {
    for (const [name, value] of Object.entries(custom)) {
      if (value !== null && typeof value !== 'object') headers[name.toLowerCase()] = String(value);
    }
  }
  for (const { name } of declared) {
    const value = http[name.toLowerCase()];
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
