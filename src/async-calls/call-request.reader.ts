import { Injectable } from '@nestjs/common';
import type { ActionInput, ActionRequestReader, BatchEntity } from '../actions/action-input.js';
import { Catalog } from '../catalog/catalog.js';
import { withoutJourney } from '../actions/action-input.js';
import { readCallRequest } from './call-request.js';
import { toSubject } from './call-subjects.js';
import { CALL_REFUSALS } from './call-problems.js';

/** Dialect of the actions, and key of the channel, of asynchronous calls. */
export const ASYNC_CALL = 'async-call';

/** Reads stored calls as the service's definition now says: objects become the subjects of one batch. */
@Injectable()
export class CallRequestReader implements ActionRequestReader {
  readonly dialect = ASYNC_CALL;

  constructor(private readonly catalog: Catalog) {}

  read(requestText: string): ActionInput & { readonly entity: BatchEntity } {
    const { requestId, service, objects, expiresAtMs = Infinity, ...stored } = readCallRequest(requestText);
    // Read when its turn has come, which may be long after it was recorded: a backlog is what an expiration is for.
    const refusal = stored.refusal ?? (expiresAtMs <= Date.now() ? CALL_REFUSALS.expired : null);
    const definition = this.catalog.find(service);
    const subjects = objects.map((object) => toSubject(object, definition));
    return withoutJourney({ kind: 'batch', id: requestId, subjects, refusal });
  }
}
