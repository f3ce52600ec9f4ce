import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { UUID } from '../http/uuid.pipe.js';
import { eraseFromRequest, eraseFromResult, isOf } from '../erasure/person-objects.js';
import { needleOf } from '../erasure/subject-search.repository.js';
import { readCallRequest } from '../registrations/async-calls/call-request.js';
import { CallErasureRepository } from './call-erasure.repository.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const CALLS_PER_STATEMENT = 200;

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

  /** Empties the person's object in the result of each of these actions. */
  async eraseResults(tx: Tx, actionIds: readonly string[], entityId: string): Promise<void> {
    const results = await this.repository.lockResults(tx, actionIds);
    await this.repository.rewriteResults(
      tx,
      results.map(({ id, objects }) => ({ id, ...eraseFromResult(objects, entityId) })),
    );
  }
}
