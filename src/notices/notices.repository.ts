import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { ScopeOwnerName } from '../delivery/delivery-channel.js';
import { NOTICE_CHANNEL, type NoticeCause, type NoticeRow, type NoticeTerms } from './notice.js';

/** An address, sealed, and what may be shown of it. */
export interface SealedAddress {
  readonly url: string;
  readonly origin: string;
  readonly destinationId: string;
}

/** The facts about a notice that sending for it needs. */
export interface NoticeSender {
  /** Which it was asked for. */
  readonly destinationId: string;
  readonly id: string;
  readonly origin: string;
  /** Sealed, as the secrets are. */
  readonly url: string;
  readonly signingSecrets: string;
  readonly isPaused: boolean;
}

const COLUMNS = `n.id, n.name, n.format, n.causes, n.backlog_rows AS "backlogRows", n.lag_seconds AS "lagSeconds", n.origin,
  n.url_version AS "urlVersion", n.paused_at IS NOT NULL AS "isPaused", n.created_at AS "createdAt", n.updated_at AS "updatedAt",
  (SELECT max(c.told_at) FROM notice_causes c WHERE c.notice_id = n.id) AS "toldAt"`;

const INSERT: Statement = {
  name: 'notices.insert',
  text: `INSERT INTO notices (id, name, format, causes, backlog_rows, lag_seconds, url, origin, destination_id, signing_secrets)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};

const COUNT: Statement = { name: 'notices.count', text: `SELECT count(*)::int AS count FROM notices` };

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'notices.list',
  text: `SELECT ${COLUMNS} FROM notices n WHERE ($1::uuid IS NULL OR n.id < $1) ORDER BY n.id DESC LIMIT $2`,
};

const FIND: Statement = { name: 'notices.find', text: `SELECT ${COLUMNS} FROM notices n WHERE n.id = $1` };

const LOCK: Statement = {
  name: 'notices.lock',
  text: `SELECT ${COLUMNS} FROM notices n WHERE n.id = $1 FOR UPDATE OF n`,
};

const UPDATE: Statement = {
  name: 'notices.update',
  text: `UPDATE notices SET name = $2, format = $3, causes = $4, backlog_rows = $5, lag_seconds = $6, updated_at = now() WHERE id = $1`,
};

const SET_ADDRESS: Statement = {
  name: 'notices.setAddress',
  text: `UPDATE notices SET url = $2, origin = $3, destination_id = $4, url_version = url_version + 1, updated_at = now() WHERE id = $1`,
};

const FIND_SIGNING: Statement = {
  name: 'notices.findSigning',
  text: `SELECT signing_secrets AS sealed FROM notices WHERE id = $1`,
};

const SET_SIGNING: Statement = {
  name: 'notices.setSigning',
  text: `UPDATE notices SET signing_secrets = $2, updated_at = now() WHERE id = $1`,
};

const FIND_NAMES: Statement = {
  name: 'notices.findNames',
  text: `SELECT id, name FROM notices WHERE id = ANY($1::uuid[])`,
};

const PAUSE: Statement = {
  name: 'notices.pause',
  text: `UPDATE notices SET paused_at = CASE WHEN $2 THEN coalesce(paused_at, now()) END WHERE id = $1`,
};

const DELETE: Statement = {
  name: 'notices.delete',
  text: `WITH gone AS (DELETE FROM notice_causes WHERE notice_id = $1) DELETE FROM notices WHERE id = $1`,
};

/** A cause that stays keeps what it has told; one that is new begins now. */
const SET_CAUSES: Statement = {
  name: 'notices.setCauses',
  text: `WITH gone AS (DELETE FROM notice_causes WHERE notice_id = $1 AND cause <> ALL($2::text[]))
         INSERT INTO notice_causes (notice_id, cause) SELECT $1, cause FROM unnest($2::text[]) AS t(cause)
         ON CONFLICT DO NOTHING`,
};

/** Events of the pause are not told afterwards. */
const BEGIN_ANEW: Statement = {
  name: 'notices.beginAnew',
  text: `UPDATE notice_causes SET since = now(), looked_at = '-infinity' WHERE notice_id = $1`,
};

/** By the destinations that deliveries were made for. */
const FIND_SENDERS: Statement = {
  name: 'notices.findSenders',
  text: `SELECT t.id AS "destinationId", n.id, n.origin, n.url, n.signing_secrets AS "signingSecrets", n.paused_at IS NOT NULL AS "isPaused"
           FROM destinations t JOIN notices n ON n.id = t.scope::uuid WHERE t.id = ANY($1::uuid[]) AND t.channel = $2`,
};

/** Reads and writes notices. Addresses and secrets are sealed before they come here. */
@Injectable()
export class NoticesRepository {
  constructor(private readonly database: Database) {}

  async count(tx: Tx): Promise<number> {
    return (await tx.query<{ count: number }>(COUNT, []))[0]?.count ?? 0;
  }

  /** @throws a unique violation when the name is taken. */
  async insert(tx: Tx, id: string, terms: NoticeTerms, address: SealedAddress, signing: string): Promise<void> {
    const { url, origin, destinationId } = address;
    await tx.query(INSERT, [id, ...valuesOf(terms), url, origin, destinationId, signing]);
    await this.setCauses(tx, id, terms.causes);
  }

  list(before: string | null, limit: number): Promise<NoticeRow[]> {
    return this.database.query<NoticeRow>(LIST, [before, limit]);
  }

  async find(id: string, tx: Tx = this.database): Promise<NoticeRow | null> {
    return (await tx.query<NoticeRow>(FIND, [id]))[0] ?? null;
  }

  async lock(tx: Tx, id: string): Promise<NoticeRow | null> {
    return (await tx.query<NoticeRow>(LOCK, [id]))[0] ?? null;
  }

  /** @throws a unique violation when the name is taken. */
  async update(tx: Tx, id: string, terms: NoticeTerms): Promise<void> {
    await tx.query(UPDATE, [id, ...valuesOf(terms)]);
    await this.setCauses(tx, id, terms.causes);
  }

  async setAddress(tx: Tx, id: string, { url, origin, destinationId }: SealedAddress): Promise<void> {
    await tx.query(SET_ADDRESS, [id, url, origin, destinationId]);
  }

  /** Of a locked notice. */
  async findSigning(tx: Tx, id: string): Promise<string | null> {
    return (await tx.query<{ sealed: string }>(FIND_SIGNING, [id]))[0]?.sealed ?? null;
  }

  async setSigning(tx: Tx, id: string, sealed: string): Promise<void> {
    await tx.query(SET_SIGNING, [id, sealed]);
  }

  async pause(tx: Tx, id: string): Promise<void> {
    await tx.query(PAUSE, [id, true]);
  }

  async resume(tx: Tx, id: string): Promise<void> {
    await tx.query(PAUSE, [id, false]);
    await tx.query(BEGIN_ANEW, [id]);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }

  /** By keys; those that are gone are left out. */
  findNames(ids: readonly string[]): Promise<ScopeOwnerName[]> {
    return this.database.query<ScopeOwnerName>(FIND_NAMES, [ids]);
  }

  findSenders(destinationIds: readonly string[]): Promise<NoticeSender[]> {
    return this.database.query<NoticeSender>(FIND_SENDERS, [destinationIds, NOTICE_CHANNEL]);
  }

  private async setCauses(tx: Tx, id: string, causes: readonly NoticeCause[]): Promise<void> {
    await tx.query(SET_CAUSES, [id, causes]);
  }
}

function valuesOf({ name, format, causes, backlogRows, lagSeconds }: NoticeTerms): unknown[] {
  return [name, format, causes, backlogRows, lagSeconds];
}
