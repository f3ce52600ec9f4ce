import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Statement, Tx } from '../database/database.js';

/** One thing an administrator did. Nothing personal, nothing secret. */
export interface AuditEntry {
  /** Fingerprint of the admin key. */
  readonly actor: string;
  readonly verb: 'resend' | 'erase';
  /** What it was done to, e.g. `delivery:<id>`. */
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const INSERT: Statement = {
  name: 'admin.audit',
  text: `INSERT INTO admin_audit (id, actor, verb, target, details) VALUES ($1, $2, $3, $4, $5)`,
};

/** Writes what administrators do, in the transaction in which they do it. */
@Injectable()
export class AuditRepository {
  async record(tx: Tx, entry: AuditEntry): Promise<void> {
    await tx.query(INSERT, [uuidv7(), entry.actor, entry.verb, entry.target, JSON.stringify(entry.details)]);
  }
}
