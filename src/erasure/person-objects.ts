import type { BatchEntity } from '../actions/action-input.js';
import { readCallRequest, writeCallRequest } from '../async-calls/call-request.js';
import type { StoredObject } from '../async-calls/results.repository.js';

type Properties = Readonly<Record<string, string>>;

/** Stands for the reason of an object that is erased: a provider of the user's wrote it. */
export const ERASED = 'erased';

/** Whether an object of a call or a result is about the person: any of its properties says so. */
export function isOf(entityId: string): (item: { readonly properties: Properties }) => boolean {
  return ({ properties }) => has(properties, entityId);
}

/** Whether one of the subjects is the person, or whether a stored result has an object about the person. */
export function isBatchAbout(batch: BatchEntity | null, objects: string | null, entityId: string): boolean {
  if (batch?.subjects.some(({ entity, given }) => entity.id === entityId || has(given, entityId)) === true) return true;
  return objects !== null && (JSON.parse(objects) as StoredObject[]).some(isOf(entityId));
}

/** The stored text of a call, the person's objects emptied. */
export function eraseFromRequest(text: string, entityId: string): string {
  const request = readCallRequest(text);
  const isPerson = isOf(entityId);
  const objects = request.objects.map((item) => (isPerson(item) ? { ...item, properties: {} } : item));
  return writeCallRequest({ ...request, objects });
}

/** The stored objects of a result, the person's emptied. `tellsOfPerson`: its message repeats why the person's failed. */
export function eraseFromResult(text: string, entityId: string): { objects: string; tellsOfPerson: boolean } {
  const isPerson = isOf(entityId);
  const objects = JSON.parse(text) as StoredObject[];
  const firstFailed = objects.find(({ ok }) => !ok);
  const emptied = objects.map((item) => (isPerson(item) ? emptyObject(item) : item));
  return { objects: JSON.stringify(emptied), tellsOfPerson: firstFailed !== undefined && isPerson(firstFailed) };
}

function emptyObject(item: StoredObject): StoredObject {
  return { ...item, properties: {}, added: [], statusMessage: item.ok ? item.statusMessage : ERASED };
}

function has(properties: Properties, entityId: string): boolean {
  return Object.values(properties).includes(entityId);
}
