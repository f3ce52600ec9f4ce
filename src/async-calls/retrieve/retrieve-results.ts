import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { StoredResult } from '../async-call.js';
import type { ResultSource } from './result-properties.js';
import { writeRetrieved, writeRetrieveRefused } from './retrieve-answer.js';
import { type RetrievePlace, type RetrieveQuery, writeCursor } from './retrieve-cursor.js';
import { RetrieveRefusal } from './retrieve-refusal.js';
import { readRetrieveRequest } from './retrieve-request.js';
import { StoredResultFinder } from './stored-result-finder.js';
import type { XmlElement } from '../soap/xml-element.js';

/** Results of one page; every one comes with all its objects, so pages that show them are shorter. */
const MESSAGES_PER_PAGE = 100;
const DETAILS_PER_PAGE = 10;
const ITEMS_PER_PAGE = 1_000;
/** Calls looked at for one page of objects. */
const CALLS_PER_PAGE = 10;

interface Page {
  readonly sources: readonly ResultSource[];
  /** Null: that was all. */
  readonly next: RetrievePlace | null;
}

/** Serves `Retrieve`: a client's own results, a page at a time. */
@Injectable()
export class RetrieveResults {
  constructor(private readonly stored: StoredResultFinder) {}

  /** @returns the `RetrieveResponseMsg`. */
  async retrieve(clientId: string, message: XmlElement): Promise<string> {
    let query: RetrieveQuery;
    try {
      query = readRetrieveRequest(message);
    } catch (error) {
      if (error instanceof RetrieveRefusal) return writeRetrieveRefused(error, uuidv7());
      throw error;
    }
    const { sources, next } = await (query.type === 'ResultItem'
      ? this.findItems(clientId, query)
      : this.findMessages(clientId, query));
    const requestId = next === null ? uuidv7() : writeCursor({ ...query, from: next });
    return writeRetrieved(query, sources, requestId, next !== null);
  }

  private async findMessages(clientId: string, { properties, filter, batchSize, from }: RetrieveQuery): Promise<Page> {
    const most = properties.includes('ResultDetailXML') ? DETAILS_PER_PAGE : MESSAGES_PER_PAGE;
    const limit = Math.min(batchSize ?? most, most);
    const { results, next } = await this.stored.find(clientId, filter, from.after, limit);
    return {
      sources: results.map((result) => ({ result, object: null })),
      next: next === null ? null : { after: next, within: null },
    };
  }

  private async findItems(clientId: string, { filter, batchSize, from }: RetrieveQuery): Promise<Page> {
    const { results, next } = await this.stored.find(clientId, filter, from.after, CALLS_PER_PAGE);
    const sources: ResultSource[] = [];
    const limit = Math.min(batchSize ?? ITEMS_PER_PAGE, ITEMS_PER_PAGE);
    for (const { result, shown } of resume(results, from.within)) {
      const objects = result.objects.slice(shown);
      const room = limit - sources.length;
      sources.push(...objects.slice(0, room).map((object) => ({ result, object })));
      if (objects.length > room) {
        return { sources, next: { after: from.after, within: { requestId: result.requestId, shown: shown + room } } };
      }
    }
    return { sources, next: next === null ? null : { after: next, within: null } };
  }
}

/** From the call a page ended in; a result that came since, of an older call, is not in between. */
function* resume(
  results: readonly StoredResult[],
  within: RetrievePlace['within'],
): Generator<{ readonly result: StoredResult; readonly shown: number }> {
  for (const result of results) {
    if (within !== null && result.requestId < within.requestId) continue;
    yield { result, shown: within?.requestId === result.requestId ? within.shown : 0 };
  }
}
