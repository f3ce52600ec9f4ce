import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** Along the primary key: ids carry their time. SKIP LOCKED: several replicas share the work. */
const DELETE_BEFORE: Statement = {
  name: 'auditRetention.deleteBefore',
  text: `DELETE FROM admin_audit WHERE id = ANY(ARRAY(
           SELECT id FROM admin_audit WHERE id < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING id`,
};

/** Forgets entries of the audit. */
@Injectable()
export class AuditRetentionRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many. */
  async deleteBefore(beforeId: string, limit: number): Promise<number> {
    return (await this.database.query(DELETE_BEFORE, [beforeId, limit])).length;
  }
}
