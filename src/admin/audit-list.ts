import { Injectable } from '@nestjs/common';
import { firstIdAt } from '../database/id-bound.js';
import { refuseProblems } from '../http/read-dto.js';
import type { AuditPage, ListAuditQuery } from './audit-list.dto.js';
import { AuditListRepository } from './audit-list.repository.js';

/** Pages of the audit. */
@Injectable()
export class AuditList {
  constructor(private readonly repository: AuditListRepository) {}

  /** @throws RequestError 400 for an empty range. */
  async page({ actor, action, resource, requestId, ...query }: ListAuditQuery): Promise<AuditPage> {
    const since = toFirstId(query.since);
    const until = toFirstId(query.until);
    if (since !== null && until !== null && since >= until) {
      refuseProblems(400, [{ field: 'since', message: 'must be before until' }]);
    }
    const cursor = query.cursor?.toLowerCase() ?? null;
    // One more than asked for tells whether there is another page.
    const rows = await this.repository.list({
      actor: actor ?? null,
      verb: action ?? null,
      target: resource ?? null,
      requestId: requestId ?? null,
      fromId: since,
      before: cursor === null || (until !== null && until < cursor) ? until : cursor,
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit);
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }
}

function toFirstId(moment: string | undefined): string | null {
  return moment === undefined ? null : firstIdAt(new Date(moment));
}
