import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../http/json-value.js';
import type { RenderedRequest } from './request-template.js';

/**
 * A request by its question: the same one of the same system, by the same credential, has the same hash.
 * @param reading how the answer is read; the cache holds what was read
 */
export function hashOf(origin: string, credential: string, request: RenderedRequest, reading: JsonValue): string {
  const { method, path, headers, body } = request;
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([origin, credential, method, path, sorted, body, reading]))
    .digest('hex');
}
