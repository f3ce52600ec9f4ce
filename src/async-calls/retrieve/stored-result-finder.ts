import { Injectable } from '@nestjs/common';
import type { ResultFilter, ResultPage, StoredResult } from '../async-call.js';
import { type ResultCandidates, ResultsRepository, type WrittenResult } from '../results.repository.js';
import { UUID } from '../../http/uuid.pipe.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const ROWS_PER_LOOK = 200;

/**
 * Finds stored results of one client; those of others are invisible. A filter has no NOT: what matches it has at least one of the ids it names, so one
 * statement fetches the candidates by index, and the filter itself is applied to them here.
 */
@Injectable()
export class StoredResultFinder {
  constructor(private readonly results: ResultsRepository) {}

  /** @param after what `next` of the page before said; anything else begins anew. */
  async find(clientId: string, filter: ResultFilter | null, after: string | null, limit: number): Promise<ResultPage> {
    const candidates = filter === null ? null : candidatesOf(filter);
    const found: WrittenResult[] = [];
    let cursor = after !== null && UUID.test(after) ? after : FIRST_ID;
    for (;;) {
      // One more than asked for tells whether there is another page.
      const rows = await this.results.findPage(clientId, candidates, cursor, Math.min(ROWS_PER_LOOK, limit + 1));
      found.push(...rows.filter((row) => filter === null || matches(row, filter)));
      const last = rows.at(-1);
      if (last === undefined || rows.length < Math.min(ROWS_PER_LOOK, limit + 1) || found.length > limit) break;
      cursor = last.requestId;
    }
    const page = found.slice(0, limit);
    return { results: page.map(toStored), next: found.length > limit ? (page.at(-1)?.requestId ?? null) : null };
  }
}

function candidatesOf(filter: ResultFilter): ResultCandidates {
  const requestIds = new Set<string>();
  const conversationIds = new Set<string>();
  const visit = (node: ResultFilter): void => {
    if ('operator' in node) {
      visit(node.left);
      visit(node.right);
    } else if (node.property === 'ConversationID') conversationIds.add(node.equals);
    else if (UUID.test(node.equals.trim())) requestIds.add(node.equals.trim().toLowerCase());
  };
  visit(filter);
  return { requestIds: [...requestIds], conversationIds: [...conversationIds] };
}

function matches(row: WrittenResult, filter: ResultFilter): boolean {
  if (!('operator' in filter)) {
    return filter.property === 'RequestID'
      ? row.requestId === filter.equals.trim().toLowerCase()
      : row.conversationId === filter.equals;
  }
  return filter.operator === 'AND'
    ? matches(row, filter.left) && matches(row, filter.right)
    : matches(row, filter.left) || matches(row, filter.right);
}

function toStored(row: WrittenResult): StoredResult {
  return {
    requestId: row.requestId,
    conversationId: row.conversationId,
    sequenceCode: row.sequenceCode,
    callsInConversation: row.callsInConversation,
    correlationId: row.correlationId,
    overallStatusCode: row.overallStatus,
    statusCode: row.overallStatus === 'OK' ? 'OK' : 'Error',
    statusMessage: row.statusMessage,
    errorCode: row.errorCode,
    createdAt: row.createdAt,
    objectType: row.objectType,
    objects: row.objects,
  };
}
