import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { NoticeBounds, NoticeCause, NoticeFormat } from './notice.js';

/** A cause that is looked at by this process now. */
export interface DueCause extends NoticeBounds {
  readonly noticeId: string;
  readonly cause: NoticeCause;
  /** Keys of the troubles that were told. */
  readonly told: readonly string[];
  readonly since: Date;
}

/** The same, locked: nothing that was told meanwhile is told again. */
export interface LockedCause {
  readonly told: readonly string[];
  /** Whether its hour is over. */
  readonly mayTell: boolean;
  readonly format: NoticeFormat;
  readonly origin: string;
}

/** Each row is looked at by one process at a time. A process that ends meanwhile costs one look. */
const CLAIM: Statement = {
  name: 'noticeCauses.claim',
  text: `WITH due AS (
      SELECT c.notice_id, c.cause FROM notice_causes c JOIN notices n ON n.id = c.notice_id
       WHERE n.paused_at IS NULL AND c.looked_at < now() - interval '15 seconds'
       ORDER BY 1, 2 LIMIT $1 FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE notice_causes c SET looked_at = now() FROM due d JOIN notices n ON n.id = d.notice_id
     WHERE c.notice_id = d.notice_id AND c.cause = d.cause
    RETURNING c.notice_id AS "noticeId", c.cause, c.told, c.since, n.backlog_rows AS "backlogRows", n.lag_seconds AS "lagSeconds"`,
};

/** The notice first: an edit, a pause and a deletion lock it, too. */
const LOCK: Statement = {
  name: 'noticeCauses.lock',
  text: `SELECT c.told, coalesce(c.told_at < now() - interval '1 hour', true) AS "mayTell", n.format, n.origin
           FROM notices n JOIN notice_causes c ON c.notice_id = n.id
          WHERE n.id = $1 AND c.cause = $2 AND n.paused_at IS NULL FOR UPDATE OF n, c`,
};

const SET_TOLD: Statement = {
  name: 'noticeCauses.setTold',
  text: `UPDATE notice_causes SET told = $3, told_at = CASE WHEN $4 THEN now() ELSE told_at END WHERE notice_id = $1 AND cause = $2`,
};

/** Remembers what notices have told, for all processes. */
@Injectable()
export class NoticeCausesRepository {
  constructor(private readonly database: Database) {}

  claim(limit: number): Promise<DueCause[]> {
    return this.database.query<DueCause>(CLAIM, [limit]);
  }

  /** @returns null when the notice was paused or deleted, or has lost the cause. */
  async lock(tx: Tx, noticeId: string, cause: NoticeCause): Promise<LockedCause | null> {
    return (await tx.query<LockedCause>(LOCK, [noticeId, cause]))[0] ?? null;
  }

  async setTold(tx: Tx, { noticeId, cause }: DueCause, told: readonly string[], tells: boolean): Promise<void> {
    await tx.query(SET_TOLD, [noticeId, cause, told, tells]);
  }
}
