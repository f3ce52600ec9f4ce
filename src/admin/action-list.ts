import { Injectable } from '@nestjs/common';
import { KnownServices } from '../catalog/known-services.js';
import { refuseProblems } from '../http/read-dto.js';
import { RequestError } from '../http/request-error.js';
import { type ActionFilter, ActionListRepository } from './action-list.repository.js';
import { pageOf } from './bounded-search.repository.js';
import type { ActionPage, ListActionsQuery } from './list-actions.dto.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Pages of actions, with the range that a search by journey needs. */
@Injectable()
export class ActionList {
  constructor(
    private readonly repository: ActionListRepository,
    private readonly services: KnownServices,
  ) {}

  /** @throws RequestError 400 for an empty range or a service that never was, 422 when the search would take too long. */
  async page(query: ListActionsQuery): Promise<ActionPage> {
    const until = toDate(query.until);
    const since =
      toDate(query.since) ??
      (query.journeyId === undefined ? null : new Date((until?.getTime() ?? Date.now()) - DAY_MS));
    if (since !== null && until !== null && since >= until) {
      throw new RequestError(400, 'INVALID_REQUEST', 'since must be before until', {
        details: [{ field: 'since', message: 'must be before until' }],
      });
    }
    refuseProblems(400, await this.services.problemsOf(query.service ?? null));
    const found = await this.repository.list(toFilter(query, since, until));
    return {
      ...pageOf(found, query.limit, ({ requestId }) => requestId),
      ...(query.journeyId !== undefined && since !== null && { searched: { since, until } }),
    };
  }
}

function toFilter(query: ListActionsQuery, since: Date | null, until: Date | null): ActionFilter {
  return {
    requestId: query.requestId ?? null,
    service: query.service ?? null,
    state: query.state ?? null,
    entityId: query.entityId ?? null,
    imsOrgId: query.imsOrgId ?? null,
    journeyId: query.journeyId ?? null,
    since,
    until,
    before: query.cursor ?? null,
    // One more than asked for tells whether there is another page.
    limit: query.limit + 1,
  };
}

function toDate(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
