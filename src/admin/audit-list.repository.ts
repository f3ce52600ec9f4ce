import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { AuditEntryView } from './audit-list.dto.js';

/** The filters of a list; null filters nothing. */
export interface AuditFilter {
  readonly actor: string | null;
  readonly verb: string | null;
  /** A target, or the kind of all targets that begin with it and a colon. */
  readonly target: string | null;
  readonly requestId: string | null;
  /** The smallest id. */
  readonly fromId: string | null;
  /** Only ids below. */
  readonly before: string | null;
  readonly limit: number;
}

/**
 * Along the primary key, the newest first; a target alone may go by admin_audit_target. A semicolon follows the colon,
 * so a kind is a range in the order of bytes.
 */
const LIST: Statement = {
  name: 'audit.list',
  text: `SELECT id, at, json_build_object('fingerprint', actor, 'keyId', key_id, 'name', key_name) AS actor,
                verb AS action, target AS resource, coalesce(details, '{}') AS details,
                request_id AS "requestId", address
           FROM admin_audit
          WHERE ($1::text IS NULL OR actor = $1 OR key_name = $1 OR key_id::text = lower($1))
            AND ($2::text IS NULL OR verb = $2)
            AND ($3::text IS NULL OR target COLLATE "C" = $3
                 OR (target COLLATE "C" >= $3 || ':' AND target COLLATE "C" < $3 || ';'))
            AND ($4::uuid IS NULL OR request_id = $4)
            AND ($5::uuid IS NULL OR id >= $5)
            AND ($6::uuid IS NULL OR id < $6)
          ORDER BY id DESC LIMIT $7`,
};

/** Reads the audit. Rows are written where administrators act, and removed by retention alone. */
@Injectable()
export class AuditListRepository {
  constructor(private readonly database: Database) {}

  list({ actor, verb, target, requestId, fromId, before, limit }: AuditFilter): Promise<AuditEntryView[]> {
    const values = [actor, verb, target, requestId, fromId, before, limit];
    return this.database.query<AuditEntryView>(LIST, values);
  }
}
