import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Statement, Tx } from '../database/database.js';
import { RequestError } from '../http/request-error.js';
import { IdempotentRequestsRepository } from '../idempotency/idempotent-requests.repository.js';
import { markAudited } from '../live/audit-topics.js';
import type { AuditActor } from './admin-actor.js';

/** Everything an administrator can be told of in the audit. */
export const AUDIT_VERBS = Object.freeze([
  'resend',
  'delivery.try-now',
  'erase',
  'subject.read',
  'action.reveal',
  'recover',
  'recover.cancel',
  'recover.pause',
  'recover.resume',
  'recover.end',
  'key.create',
  'key.change',
  'key.delete',
  'eqp.user.create',
  'eqp.user.rotate',
  'eqp.user.disable',
  'eqp.user.enable',
  'eqp.user.change',
  'eqp.user.delete',
  'eqp.callback.create',
  'eqp.callback.change',
  'eqp.event.publish',
  'company.create',
  'company.rotate',
  'company.disable',
  'company.enable',
  'company.change',
  'company.delete',
  'company.callback.create',
  'company.callback.change',
  'company.event.publish',
  'async.client.create',
  'async.client.rotate',
  'async.client.disable',
  'async.client.enable',
  'async.client.change',
  'async.client.delete',
  'oauth.client.create',
  'oauth.client.change',
  'oauth.client.delete',
  'oauth.secret.create',
  'oauth.secret.end',
  'registration.change',
  'registration.remove',
  'registration.pause',
  'registration.resume',
  'registration.test',
  'registration.sign',
  'registration.recover',
  'destination.pause',
  'destination.resume',
  'session.begin',
  'session.end',
  'service.try',
  'lookup.upload',
  'lookup.restore',
  'lookup.delete',
  'lookup.row.delete',
  'lookup.rows.read',
  'secret.put',
  'secret.delete',
  'step-cache.clear',
  'credential.put',
  'credential.change',
  'credential.remove',
  'credential.test',
  'notice.create',
  'notice.change',
  'notice.delete',
  'notice.pause',
  'notice.resume',
  'notice.test',
  'notice.sign',
  'tenant.put',
  'tenant.delete',
] as const);
export type AuditVerb = (typeof AUDIT_VERBS)[number];

/** One thing an administrator did. Nothing personal, nothing secret. */
export interface AuditEntry {
  readonly actor: AuditActor;
  readonly verb: AuditVerb;
  /** The object of the act, e.g. `delivery:<id>`. */
  readonly target: string;
  /** The changes of an edit stand in `before` and `after`: see {@link changed}. */
  readonly details: Readonly<Record<string, unknown>>;
}

const INSERT: Statement = {
  name: 'admin.audit',
  text: `INSERT INTO admin_audit (id, actor, verb, target, details, key_id, key_name, request_id, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

/** Writes what administrators do, in the transaction in which they do it. */
@Injectable()
export class AuditRepository {
  constructor(private readonly requests: IdempotentRequestsRepository) {}

  /** @throws RequestError 409 when the request's `Idempotency-Key` was taken over: the act must not be committed. */
  async record(tx: Tx, { actor, verb, target, details }: AuditEntry): Promise<void> {
    if (actor.claimId !== null && !(await this.requests.noteDone(tx, actor.claimId, actor.requestId))) {
      throw new RequestError(409, 'CONFLICT', 'Another request with this Idempotency-Key goes on with it');
    }
    const { fingerprint, keyId, name, requestId, address } = actor;
    const values = [uuidv7(), fingerprint, verb, target, JSON.stringify(details), keyId, name, requestId, address];
    await tx.query(INSERT, values);
    markAudited(tx, verb, target);
  }
}

/** The fields that an edit changed, as they were and as they are. Only for fields that are neither secret nor personal. */
export function changed<Fields extends object>(
  before: Fields,
  after: Fields,
  fields: readonly (keyof Fields & string)[],
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const differing = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  const pick = (from: Fields) => Object.fromEntries(differing.map((field) => [field, from[field]]));
  return { before: pick(before), after: pick(after) };
}
