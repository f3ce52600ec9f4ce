import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { FIRST_ID } from '../database/id-bound.js';
import { filterOnly } from '../database/plans.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';

/** The kinds of rows that may be left over without their owner. */
export const ORPHAN_KINDS = Object.freeze([
  'deliveries',
  'attempts',
  'history',
  'tokens',
  'payloads',
  'calling_back',
] as const);

export type OrphanKind = (typeof ORPHAN_KINDS)[number];

/** A check that is due and locked. */
export interface OrphanCheck {
  readonly kind: OrphanKind;
  readonly after_id: string | null;
  readonly pages: number;
  readonly found: number;
}

/** One stretch of a table. */
export interface OrphanPage {
  /** Null at the end of the table. */
  readonly last: string | null;
  readonly scanned: number;
  readonly found: number;
  /** A few of them: ids, nothing personal. */
  readonly sample: string[] | null;
}

/**
 * Every page is one statement: rows that belong together are written and removed by one statement or transaction, so
 * that one snapshot never shows half of them. `stretch` selects `id`, what it belongs to, and walks an index.
 */
function page(stretch: string, parent: string): string {
  return `WITH stretch AS MATERIALIZED (${stretch}), judged AS (
      SELECT s.id, s.concerned AND parent.id IS NULL AS orphan FROM stretch s LEFT JOIN ${parent} parent ON parent.id = s.parent_id
    )
    SELECT max(id::text) AS last, count(*)::int AS scanned, (count(*) FILTER (WHERE orphan))::int AS found,
           (array_agg(id::text) FILTER (WHERE orphan))[1:5] AS sample FROM judged`;
}

const PAGES: Readonly<Record<OrphanKind, Statement>> = {
  deliveries: {
    name: 'orphans.deliveries',
    text: page(
      `SELECT id, owner_id AS parent_id, channel = ANY($3::text[]) AS concerned
         FROM deliveries WHERE id > $1 ORDER BY id LIMIT $2`,
      'actions',
    ),
  },
  /** Counted are deliveries that are not there. */
  attempts: {
    name: 'orphans.attempts',
    text: page(
      `SELECT DISTINCT delivery_id AS id, delivery_id AS parent_id, true AS concerned
         FROM (SELECT delivery_id FROM delivery_attempts WHERE delivery_id > $1 ORDER BY delivery_id LIMIT $2) stretch_rows`,
      'deliveries',
    ),
  },
  /** Counted are actions that are not there. */
  history: {
    name: 'orphans.history',
    text: page(
      `SELECT DISTINCT action_id AS id, action_id AS parent_id, true AS concerned
         FROM (SELECT action_id FROM action_history WHERE action_id > $1 ORDER BY action_id LIMIT $2) stretch_rows`,
      'actions',
    ),
  },
  tokens: {
    name: 'orphans.tokens',
    text: page(
      `SELECT token_key AS id, action_id AS parent_id, true AS concerned
         FROM action_tokens WHERE token_key > $1 ORDER BY token_key LIMIT $2`,
      'actions',
    ),
  },
  payloads: {
    name: 'orphans.payloads',
    text: page(
      `SELECT action_id AS id, action_id AS parent_id, true AS concerned
         FROM action_payloads WHERE action_id > $1 ORDER BY action_id LIMIT $2`,
      'actions',
    ),
  },
  /**
   * Unfinished actions only, along actions_unfinished: as many as are under way. Their deliveries are looked up one by
   * one, by owner: joined as sets, every open delivery there is would be read for every page.
   */
  calling_back: {
    name: 'orphans.callingBack',
    text: `WITH open AS MATERIALIZED (
        SELECT id FROM actions WHERE state = 'calling_back'
      ), stretch AS MATERIALIZED (
        SELECT id FROM open WHERE id > $1 ORDER BY id LIMIT $2
      ), judged AS (
        SELECT s.id, alive.id IS NULL AS orphan FROM stretch s LEFT JOIN LATERAL (SELECT d.id FROM deliveries d
                 WHERE d.owner_id = s.id AND ${filterOnly('d.status')} IN ('pending', 'delivering', 'held') LIMIT 1) alive ON true
      )
      SELECT max(id::text) AS last, count(*)::int AS scanned, (count(*) FILTER (WHERE orphan))::int AS found,
             (array_agg(id::text) FILTER (WHERE orphan))[1:5] AS sample FROM judged`,
  },
};

const REGISTER: Statement = {
  name: 'orphans.register',
  text: `INSERT INTO orphan_checks (kind) SELECT * FROM unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING`,
};

const LOCK_DUE: Statement = {
  name: 'orphans.lockDue',
  text: `SELECT kind, after_id, pages, found FROM orphan_checks WHERE next_at <= now() AND kind = ANY($1::text[])
          ORDER BY kind LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

const ADVANCE: Statement = {
  name: 'orphans.advance',
  text: `UPDATE orphan_checks SET after_id = $2, pages = $3, found = $4,
                next_at = CASE WHEN $5 THEN now() + interval '1 hour' ELSE next_at END WHERE kind = $1`,
};

const END_PASS: Statement = {
  name: 'orphans.endPass',
  text: `UPDATE orphan_checks SET after_id = NULL, pages = 0, found = 0, last_found = $2, passed_at = now(),
                next_at = now() + interval '1 hour' WHERE kind = $1`,
};

const COUNTS: Statement = {
  name: 'orphans.counts',
  text: `SELECT kind, greatest(found, last_found) AS count FROM orphan_checks`,
};

/** Reads tables for rows that belong to nothing, and keeps how far the check is, for all replicas. Deletes nothing. */
@Injectable()
export class OrphanRepository {
  constructor(
    private readonly database: Database,
    private readonly channels: ChannelRegistry,
  ) {}

  /** Makes kinds known that this version looks for. */
  async register(): Promise<void> {
    await this.database.query(REGISTER, [ORPHAN_KINDS]);
  }

  /** Null when no check is due, or another process works on each due one. */
  async lockDue(tx: Tx): Promise<OrphanCheck | null> {
    const rows = await tx.query<OrphanCheck>(LOCK_DUE, [ORPHAN_KINDS]);
    return rows[0] ?? null;
  }

  async readPage(tx: Tx, check: OrphanCheck, limit: number): Promise<OrphanPage> {
    const stretch = [check.after_id ?? FIRST_ID, limit];
    // Deliveries of other channels belong to events, which have a table per family.
    const values = check.kind === 'deliveries' ? [...stretch, this.channels.keysOwnedBy('action')] : stretch;
    const rows = await tx.query<OrphanPage>(PAGES[check.kind], values);
    return rows[0] ?? { last: null, scanned: 0, found: 0, sample: null };
  }

  /** @param rest whether the next page has to wait for the next hour. */
  async advance(tx: Tx, check: Omit<OrphanCheck, 'after_id'>, after: string, rest: boolean): Promise<void> {
    await tx.query(ADVANCE, [check.kind, after, rest ? 0 : check.pages, check.found, rest]);
  }

  async endPass(tx: Tx, kind: OrphanKind, found: number): Promise<void> {
    await tx.query(END_PASS, [kind, found]);
  }

  /** Of the last whole pass, or of the one under way if it has found more already. */
  counts(): Promise<{ readonly kind: string; readonly count: number }[]> {
    return this.database.query(COUNTS, []);
  }
}
