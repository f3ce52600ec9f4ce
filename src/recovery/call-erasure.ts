import { Injectable } from '@nestjs/common';
import type { BatchEntity } from '../actions/action-input.js';
import type { Tx } from '../database/database.js';
import { readCallRequest, writeCallRequest } from '../registrations/async-calls/call-request.js';
import type { StoredObject } from '../registrations/async-calls/results.repository.js';
import { CallErasureRepository } from './call-erasure.repository.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const CALLS_PER_STATEMENT = 200;

type Properties = Readonly<Record<string, string>>;

/**
 * Erases one person from asynchronous calls: an object is about the person when any of its properties says so. The
 * other objects of a call stay as they are.
 */
@Injectable()
export class CallErasure {
  constructor(private readonly repository: CallErasureRepository) {}

  /** Empties objects of calls that have not been started. @returns how many calls have to be looked at again. */
  async eraseUnstarted(tx: Tx, tenant: string, entityId: string): Promise<number> {
    if (!UUID.test(tenant)) return 0;
    let waiting = 0;
    let after = FIRST_ID;
    for (;;) {
      const calls = await this.repository.lockUnstarted(tx, tenant, needleOf(entityId), after, CALLS_PER_STATEMENT);
      const about = calls.filter(({ request }) => readCallRequest(request).objects.some(isOf(entityId)));
      waiting += about.filter(({ starting }) => starting).length;
      const rewritten = about.filter(({ starting }) => !starting);
      await this.repository.rewriteRequests(
        tx,
        rewritten.map(({ id, request }) => ({ id, request: eraseFromRequest(request, entityId) })),
      );
      const last = calls.at(-1);
      if (last === undefined || calls.length < CALLS_PER_STATEMENT) return waiting;
      after = last.id;
    }
  }

  /** Actions whose callbacks may carry results of these. */
  findSiblings(tx: Tx, actionIds: readonly string[]): Promise<string[]> {
    return this.repository.findSiblings(tx, actionIds);
  }

  /** Empties the bodies of callbacks, and the person's object in each result. */
  async eraseEnded(
    tx: Tx,
    ended: readonly { readonly id: string; readonly objects: string | null }[],
    siblings: readonly string[],
    entityId: string,
  ): Promise<void> {
    await this.repository.emptyBodies(tx, siblings);
    const rows = ended.flatMap(({ id, objects }) => (objects === null ? [] : [{ id, objects }]));
    await this.repository.rewriteResults(
      tx,
      rows.map(({ id, objects }) => ({ id, objects: eraseFromResult(objects, entityId) })),
    );
  }
}

/** What the stored text of a call or a result has to contain to be about the person. */
export function needleOf(entityId: string): string {
  return JSON.stringify(entityId).slice(1, -1);
}

/** Whether one of the subjects is the person, or whether a stored result has an object about the person. */
export function isBatchAbout(batch: BatchEntity | null, objects: string | null, entityId: string): boolean {
  if (batch?.subjects.some(({ entity, given }) => entity.id === entityId || has(given, entityId)) === true) return true;
  return objects !== null && (JSON.parse(objects) as StoredObject[]).some(isOf(entityId));
}

function eraseFromRequest(text: string, entityId: string): string {
  const request = readCallRequest(text);
  return writeCallRequest({ ...request, objects: request.objects.map(emptied(entityId)) });
}

function eraseFromResult(text: string, entityId: string): string {
  return JSON.stringify((JSON.parse(text) as StoredObject[]).map(emptied(entityId)));
}

const isOf =
  (entityId: string) =>
  ({ properties }: { readonly properties: Properties }): boolean =>
    has(properties, entityId);

const emptied =
  (entityId: string) =>
  <Item extends { readonly properties: Properties }>(item: Item): Item =>
    has(item.properties, entityId) ? { ...item, properties: {} } : item;

function has(properties: Properties, entityId: string): boolean {
  return Object.values(properties).includes(entityId);
}
