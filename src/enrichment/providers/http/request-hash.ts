import { createHash } from 'node:crypto';
import type { RenderedRequest } from './request-template.js';

/** A request by what it asks: the same question of the same system, by the same credential, has the same hash. */
export function hashOf(origin: string, credential: string, request: RenderedRequest): string {
  const { method, path, headers, body } = request;
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([origin, credential, method, path, sorted, body]))
    .digest('hex');
}

/** The first 16 bytes of a hash, as PostgreSQL writes a uuid. */
export function toUuid(hash: string): string {
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}
