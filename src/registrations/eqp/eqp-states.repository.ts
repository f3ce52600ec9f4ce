import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import type { MalwareScanEvent, StatusUpdateEvent } from './eqp-event.js';
import type { EqpStatus } from './eqp-event.dto.js';
import type { MalwareStatus } from './eqp-values.js';

/** The last published state of a file. */
export interface UploadState {
  readonly fileUploadId: string;
  readonly malwareStatus: MalwareStatus;
  readonly submissionIds: string[];
}

/** The last published state of a submission. */
export interface PackageState extends EqpStatus {
  readonly submissionId: string;
  readonly itemId: string | null;
  /** As on the wire. */
  readonly modifiedAt: string;
}

const WIRE = `'YYYY-MM-DD HH24:MI:SS'`;

const NOW: Statement = {
  name: 'eqp.now',
  text: `SELECT to_char(now() AT TIME ZONE 'UTC', ${WIRE}) AS now`,
};

/** Events may be published late: what is known to be newer stays. */
const KEEP_UPLOAD: Statement = {
  name: 'eqp.keepUpload',
  text: `INSERT INTO eqp_uploads AS known (user_id, file_upload_id, malware_status, submission_ids, modified_at)
    VALUES ($1, $2, $3, coalesce($4::text[], '{}'), $5::timestamp)
    ON CONFLICT (user_id, file_upload_id) DO UPDATE SET malware_status = excluded.malware_status,
       submission_ids = coalesce($4::text[], known.submission_ids), modified_at = excluded.modified_at
     WHERE known.modified_at <= excluded.modified_at`,
};

const KEEP_PACKAGE: Statement = {
  name: 'eqp.keepPackage',
  text: `INSERT INTO eqp_packages AS known (user_id, submission_id, item_id, overall, technical, marketing, modified_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::timestamp)
    ON CONFLICT (user_id, submission_id) DO UPDATE SET item_id = coalesce(excluded.item_id, known.item_id),
       overall = excluded.overall, technical = excluded.technical, marketing = excluded.marketing,
       modified_at = excluded.modified_at
     WHERE known.modified_at <= excluded.modified_at`,
};

const FIND_UPLOAD: Statement = {
  name: 'eqp.findUpload',
  text: `SELECT file_upload_id AS "fileUploadId", malware_status AS "malwareStatus", submission_ids AS "submissionIds"
           FROM eqp_uploads WHERE user_id = $1 AND file_upload_id = $2`,
};

const PACKAGE_COLUMNS = `submission_id AS "submissionId", item_id AS "itemId", overall, technical, marketing,
  to_char(modified_at, ${WIRE}) AS "modifiedAt"`;

const FIND_PACKAGE: Statement = {
  name: 'eqp.findPackage',
  text: `SELECT ${PACKAGE_COLUMNS} FROM eqp_packages WHERE user_id = $1 AND submission_id = $2`,
};

/** A submission that a file names before anything was published about it. Index: the primary key of eqp_uploads. */
const FIND_NAMED_PACKAGE: Statement = {
  name: 'eqp.findNamedPackage',
  text: `SELECT $2::text AS "submissionId", NULL AS "itemId", 'draft' AS overall, 'draft' AS technical, 'draft' AS marketing,
                to_char(max(modified_at), ${WIRE}) AS "modifiedAt"
           FROM eqp_uploads WHERE user_id = $1 AND $2 = ANY(submission_ids) HAVING count(*) > 0`,
};

/** An item is submitted again and again: the submission that moved last stands for it. Index: eqp_packages_item. */
const FIND_ITEM: Statement = {
  name: 'eqp.findItem',
  text: `SELECT ${PACKAGE_COLUMNS} FROM eqp_packages WHERE user_id = $1 AND item_id = $2
          ORDER BY eqp_packages.modified_at DESC, submission_id DESC LIMIT 1`,
};

/** Keeps what was last published of files and submissions, each user's own. */
@Injectable()
export class EqpStatesRepository {
  constructor(private readonly database: Database) {}

  /** The database's clock, as on the wire. */
  async now(tx: Tx): Promise<string> {
    const [row] = await tx.query<{ now: string }>(NOW, []);
    if (row === undefined) throw new Error('the database has no clock');
    return row.now;
  }

  async keepUpload(tx: Tx, userId: string, event: MalwareScanEvent, modifiedAt: string): Promise<void> {
    const status = event.passed ? 'pass' : 'fail';
    await tx.query(KEEP_UPLOAD, [userId, event.fileUploadId, status, event.submissionIds, modifiedAt]);
  }

  async keepPackage(tx: Tx, userId: string, event: StatusUpdateEvent, modifiedAt: string): Promise<void> {
    const { overall, technical, marketing } = event.status;
    const { submissionId, itemId } = event;
    await tx.query(KEEP_PACKAGE, [userId, submissionId, itemId, overall, technical, marketing, modifiedAt]);
  }

  async findUpload(userId: string, fileUploadId: string): Promise<UploadState | null> {
    const rows = await this.database.query<UploadState>(FIND_UPLOAD, [userId, fileUploadId]);
    return rows[0] ?? null;
  }

  /** A submission that only a file has named so far has not been reviewed: it is a draft. */
  async findPackage(userId: string, submissionId: string): Promise<PackageState | null> {
    const [published] = await this.database.query<PackageState>(FIND_PACKAGE, [userId, submissionId]);
    if (published !== undefined) return published;
    const [named] = await this.database.query<PackageState>(FIND_NAMED_PACKAGE, [userId, submissionId]);
    return named ?? null;
  }

  async findItem(userId: string, itemId: string): Promise<PackageState | null> {
    const rows = await this.database.query<PackageState>(FIND_ITEM, [userId, itemId]);
    return rows[0] ?? null;
  }
}
