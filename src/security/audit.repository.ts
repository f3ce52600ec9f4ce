import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Statement, Tx } from '../database/database.js';

type EqpVerb = 'eqp.user.create' | 'eqp.user.rotate' | 'eqp.user.disable' | 'eqp.user.enable' | 'eqp.event.publish';
type CompanyVerb = 'company.create' | 'company.rotate' | 'company.disable' | 'company.enable' | 'company.event.publish';
type AsyncVerb = 'async.client.create' | 'async.client.rotate' | 'async.client.disable' | 'async.client.enable';
type RegistrationVerb =
  | 'registration.change'
  | 'registration.remove'
  | 'registration.pause'
  | 'registration.resume'
  | 'registration.test'
  | 'registration.sign'
  | 'registration.recover';

type LookupVerb = 'lookup.upload' | 'lookup.restore' | 'lookup.delete' | 'lookup.row.delete' | 'lookup.rows.read';

type StepVerb = 'secret.put' | 'secret.delete' | 'step-cache.clear';

/** One thing an administrator did. Nothing personal, nothing secret. */
export interface AuditEntry {
  /** Fingerprint of the admin key. */
  readonly actor: string;
  readonly verb:
    | 'resend'
    | 'erase'
    | 'subject.read'
    | 'recover'
    | 'recover.cancel'
    | 'recover.end'
    | EqpVerb
    | CompanyVerb
    | AsyncVerb
    | RegistrationVerb
    | LookupVerb
    | StepVerb;
  /** The object of the act, e.g. `delivery:<id>`. */
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
