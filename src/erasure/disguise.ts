import { createHash } from 'node:crypto';

/**
 * Stands for an id in the audit. Salted by the id of what was done: ids are short numbers, and one table of their hashes
 * must not undo every erasure. The same in SQL: {@link ./erase-jobs.repository.ts}.
 */
export function disguise(salt: string, entityId: string): string {
  return createHash('sha256').update(`${salt}\0${entityId}`, 'utf8').digest('hex');
}
