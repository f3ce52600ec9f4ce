import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import type { Statement, Tx } from '../database/database.js';

/** A person or an account of an organisation. */
export interface Subject {
  readonly tenant: string;
  /** As ids are inside: whole numbers as their digits. */
  readonly entityId: string;
}

/** A range of the primary key: `after` < id <= `last`. */
export interface IdRange {
  readonly after: string;
  readonly last: string;
}

/** An action that may be about the subject. */
export interface SubjectCandidate {
  readonly id: string;
  readonly dialect: string;
  readonly objectType: string;
  readonly state: ActionState;
  /** The action is about the subject itself; otherwise its texts have to be read. */
  readonly own: boolean;
}

/** The columns that say whether an action is about the subject. */
export interface CandidateTexts {
  readonly id: string;
  readonly request: string | null;
  /** Objects of the result, of an action that has one. */
  readonly objects: string | null;
}

/**
 * A sender may write an id in more than one way: with escapes, or a whole number with a fraction or an exponent. Text that
 * may hold one of those is read, too.
 */
const MAY_NAME = `(strpos(p.request, $2) > 0 OR strpos(p.request, '\\') > 0
  OR ($2 ~ '^-?[0-9]+$' AND p.request ~ '"(person|account)Id"\\s*:\\s*-?[0-9]+[.eE]'))`;

/**
 * The primary key in order, a page at a time: entity_id has no index, which every insert would pay for. Scalar sub-selects:
 * EXISTS and joins may be planned to read every payload.
 */
const FIND_CANDIDATES: Statement = {
  name: 'subjects.findCandidates',
  text: `SELECT a.id, a.dialect, a.object_type AS "objectType", a.state, a.entity_id = $2 AS own
           FROM actions a
          WHERE a.id > $3 AND a.id <= $4 AND a.tenant = $1
            AND (a.entity_id = $2 OR (a.object_type = 'accountPerson' AND (SELECT ${MAY_NAME} FROM action_payloads p WHERE p.action_id = a.id))
              OR (a.object_type = 'batch' AND (SELECT strpos(p.request, $5) > 0 FROM action_payloads p WHERE p.action_id = a.id))
              OR (a.object_type = 'batch'
                AND (SELECT bool_or(strpos(r.objects, $5) > 0) FROM result_messages r WHERE r.action_id = a.id)))
          ORDER BY a.id`,
};

const FIND_TEXTS: Statement = {
  name: 'subjects.findTexts',
  text: `SELECT i.id, p.request, r.objects FROM unnest($1::uuid[]) AS i(id)
           LEFT JOIN action_payloads p ON p.action_id = i.id LEFT JOIN result_messages r ON r.action_id = i.id`,
};

/** A conversation's last part sends callbacks with results of earlier ones. */
const FIND_SIBLINGS: Statement = {
  name: 'subjects.findSiblings',
  text: `SELECT DISTINCT i.id AS "actionId", s.action_id AS "siblingId" FROM unnest($1::uuid[]) AS i(id)
           JOIN result_messages r ON r.action_id = i.id JOIN async_calls c ON c.id = r.request_id
           JOIN async_calls s ON s.client_id = c.client_id AND s.conversation_id = c.conversation_id
          WHERE s.action_id IS NOT NULL AND s.action_id <> i.id`,
};

/** Reads which actions may be about a subject, along the primary key. */
@Injectable()
export class SubjectSearchRepository {
  findCandidates(tx: Tx, { tenant, entityId }: Subject, { after, last }: IdRange): Promise<SubjectCandidate[]> {
    return tx.query<SubjectCandidate>(FIND_CANDIDATES, [tenant, entityId, after, last, needleOf(entityId)]);
  }

  findTexts(tx: Tx, ids: readonly string[]): Promise<CandidateTexts[]> {
    return tx.query<CandidateTexts>(FIND_TEXTS, [ids]);
  }

  /** Other actions of the conversations these actions are parts of. */
  async findSiblings(
    tx: Tx,
    actionIds: readonly string[],
  ): Promise<{ readonly actionId: string; readonly siblingId: string }[]> {
    return actionIds.length === 0 ? [] : tx.query(FIND_SIBLINGS, [actionIds]);
  }
}

/** The beginnings under which our own text names the subject. */
export function needleOf(entityId: string): string {
  return JSON.stringify(entityId).slice(1, -1);
}
