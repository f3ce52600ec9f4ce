import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import { Database, type Statement } from '../database/database.js';
import { firstIdAt } from '../database/id-bound.js';
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

/** The search took longer than it may; narrower filters help, waiting does not. */
export class SearchTooWideError extends Error {
  readonly code = 'SEARCH_TOO_WIDE';
}

/** Longest time a search may take, in milliseconds. */
export const SEARCH_MAX_MS = 5_000;
const QUERY_CANCELED = '57014';

/** Planned anew each time: what a filter leaves over differs too much for a plan that fits all values. */
const LIMIT_SEARCH: Statement = {
  name: 'admin.limitSearch',
  text: `SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
};

const COLUMNS = `a.id AS "requestId", a.service, a.object_type AS "objectType", a.entity_id AS "entityId",
  a.tenant AS "imsOrgId", a.state, a.outcome, a.error_code AS "errorCode", a.reason,
  a.received_at AS "receivedAt", a.deadline_at AS "deadlineAt", a.finished_at AS "finishedAt"`;

/**
 * Text that cannot hold the id is never parsed. Neither is text with an escape that JSON knows and Postgres does not
 * (NUL, half a surrogate pair): one request with it would fail the whole search. A scalar sub-select, because EXISTS
 * may be planned as a join that reads every payload.
 */
const IN_JOURNEY = (id: string, needle: string): string => `coalesce((
  SELECT CASE WHEN strpos(p.request, ${needle}) > 0 AND p.request !~* '\\\\u(0000|d[89a-f])'
              THEN p.request::json #>> '{context,journey,id}' = ${id} END
    FROM action_payloads p WHERE p.action_id = a.id), false)`;

/** Lists actions along the primary key: ids carry their time, so a range of times is a range of ids. */
@Injectable()
export class ActionListRepository {
  constructor(private readonly database: Database) {}

  /** The newest first, at most `limit`. @throws SearchTooWideError after {@link SEARCH_MAX_MS}. */
  async list(filter: ActionFilter): Promise<ActionListItem[]> {
    const { statement, values } = buildList(filter);
    try {
      return await this.database.transaction(async (tx) => {
        await tx.query(LIMIT_SEARCH, [String(SEARCH_MAX_MS)]);
        return tx.query<ActionListItem>(statement, values);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      throw new SearchTooWideError('the search took too long', { cause: error });
    }
  }
}

/** One text per set of filters, named after it (in letters: Postgres takes 63 characters). A state is spelled out, or its partial index could not be used. */
function buildList(filter: ActionFilter): { statement: Statement; values: unknown[] } {
  const values: unknown[] = [filter.limit];
  const used: string[] = [];
  const clauses: string[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const add = (name: string, value: unknown, clause: (parameter: string) => string): void => {
    if (value === null) return;
    used.push(name);
    clauses.push(clause(bind(value)));
  };
  add('i', filter.requestId, (parameter) => `a.id = ${parameter}`);
  add('b', filter.before, (parameter) => `a.id < ${parameter}`);
  add('s', filter.since && firstIdAt(filter.since), (parameter) => `a.id >= ${parameter}`);
  add('u', filter.until && firstIdAt(filter.until), (parameter) => `a.id < ${parameter}`);
  add('v', filter.service, (parameter) => `a.service = ${parameter}`);
  add('e', filter.entityId, (parameter) => `a.entity_id = ${parameter}`);
  add('o', filter.imsOrgId, (parameter) => `a.tenant = ${parameter}`);
  if (filter.state !== null) {
    used.push(filter.state);
    clauses.push(`a.state = '${filter.state}'`);
  }
  add('j', filter.journeyId, (parameter) => IN_JOURNEY(parameter, bind(JSON.stringify(filter.journeyId).slice(1, -1))));
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  return {
    statement: {
      name: `admin.list:${used.join('+')}`,
      text: `SELECT ${COLUMNS} FROM actions a ${where} ORDER BY a.id DESC LIMIT $1`,
    },
    values,
  };
}
