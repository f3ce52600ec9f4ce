import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import { firstIdAt } from '../database/id-bound.js';
import {
  BoundedSearchRepository,
  type FoundRows,
  SearchConditions,
  type SearchedTable,
} from './bounded-search.repository.js';
import type { ActionListItem } from './list-actions.dto.js';

/** The filters of a list; null filters nothing. */
export interface ActionFilter {
  readonly requestId: string | null;
  readonly service: string | null;
  readonly state: ActionState | null;
  readonly entityId: string | null;
  readonly imsOrgId: string | null;
  readonly journeyId: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Only ids below. */
  readonly before: string | null;
  readonly limit: number;
}

/** Each of them has a request to read beside its row. */
const REQUESTS_READ_MAX = 10_000;

const ACTIONS: SearchedTable = {
  table: 'actions',
  key: 'requestId',
  columns: `r.id AS "requestId", r.service, r.object_type AS "objectType", r.entity_id AS "entityId",
    r.tenant AS "imsOrgId", r.state, r.outcome, r.error_code AS "errorCode", r.reason,
    r.received_at AS "receivedAt", r.deadline_at AS "deadlineAt", r.finished_at AS "finishedAt"`,
};

/**
 * Text that cannot hold the id is never parsed. Neither is text with an escape that JSON knows and Postgres does not
 * (NUL, half a surrogate pair): one request with it would fail the whole search. A scalar sub-select, because EXISTS
 * may be planned as a join that reads every payload.
 */
const IN_JOURNEY = (id: string, needle: string): string => `coalesce((
  SELECT CASE WHEN strpos(p.request, ${needle}) > 0 AND p.request !~* '\\\\u(0000|d[89a-f])'
              THEN p.request::json #>> '{context,journey,id}' = ${id} END
    FROM action_payloads p WHERE p.action_id = r.id), false)`;

/**
 * Lists actions along the primary key: ids carry their time, so a range of times is a range of ids. A state that has a
 * partial index (all but `completed`) is found along it. An index for each other filter lost: each of them is paid at every
 * insert, and a search is rare. Rather a page ends after so many ids.
 */
@Injectable()
export class ActionListRepository {
  constructor(private readonly search: BoundedSearchRepository) {}

  /** The newest first, at most `limit`. @throws RequestError 422 when it takes too long. */
  list(filter: ActionFilter): Promise<FoundRows<ActionListItem>> {
    return this.search.run<ActionListItem>(conditionsOf(filter), {
      prefix: 'admin.list',
      searched: ACTIONS,
      ...(filter.journeyId !== null && { lookedAtMax: REQUESTS_READ_MAX }),
      narrower: 'since and until, state or requestId',
    });
  }
}

function conditionsOf(filter: ActionFilter): SearchConditions {
  const conditions = new SearchConditions(filter.limit);
  conditions.bound('i', filter.requestId, (parameter) => `r.id = ${parameter}::uuid`);
  conditions.bound('b', filter.before, (parameter) => `r.id < ${parameter}::uuid`);
  conditions.bound('s', filter.since && firstIdAt(filter.since), (parameter) => `r.id >= ${parameter}::uuid`);
  conditions.bound('u', filter.until && firstIdAt(filter.until), (parameter) => `r.id < ${parameter}::uuid`);
  if (filter.state !== null) {
    conditions.spelled(filter.state === 'completed' ? 'clause' : 'bound', filter.state, `r.state = '${filter.state}'`);
  }
  conditions.clause('v', filter.service, (parameter) => `r.service = ${parameter}`);
  conditions.clause('e', filter.entityId, (parameter) => `r.entity_id = ${parameter}`);
  conditions.clause('o', filter.imsOrgId, (parameter) => `r.tenant = ${parameter}`);
  const needle = (): string => conditions.bind(JSON.stringify(filter.journeyId).slice(1, -1));
  conditions.clause('j', filter.journeyId, (parameter) => IN_JOURNEY(parameter, needle()));
  return conditions;
}
