import { randomUUID } from 'node:crypto';

const ids = new WeakMap<object, string>();

/**
 * The id by which an answer, the log and the audit name one request. It is made when it is first asked for: most
 * requests never need one.
 */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) ids.set(request, (id = randomUUID()));
  return id;
}
