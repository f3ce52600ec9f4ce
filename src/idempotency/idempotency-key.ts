import { createHash, createHmac } from 'node:crypto';
import { toUuid } from '../database/digest-id.js';
import { RequestError } from '../http/request-error.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws RequestError 400 for what cannot be a key; @returns null where none was sent. */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && KEY.test(header)) return header;
  const message = 'must be 1 to 255 printable ASCII characters without spaces, once';
  throw new RequestError(400, 'INVALID_REQUEST', `Idempotency-Key ${message}`, {
    details: [{ field: 'Idempotency-Key', message }],
  });
}

/** Names a key of one actor on one path. The key is hashed: it may be guessed, and a stored one could be replayed. */
export function rowIdOf(actor: string, path: string, key: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([actor, path, key]))
    .digest('hex');
  return toUuid(digest);
}

/** Tells bodies apart. With the key as its key: the hash of a body that holds a password could be searched for. */
export function bodyMacOf(key: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
