import type { AdminRole } from './admin-roles.js';

/** The name in the audit of every key of `ADMIN_API_KEYS`; no stored key can have it. */
export const BOOTSTRAP_NAME = 'env';

/** The key behind an act, fit for the audit: it names the key and opens nothing. */
export interface AuditActor {
  /** The first 8 hex digits of the SHA-256 of the key. */
  readonly fingerprint: string;
  /** Null for a key of `ADMIN_API_KEYS`, and for a job that goes on without a request. */
  readonly keyId: string | null;
  /** Null where only the fingerprint was kept. */
  readonly name: string | null;
  /** Null for a job. */
  readonly requestId: string | null;
  /** As `AUDIT_ADDRESS` lets it be kept. */
  readonly address: string | null;
  /** The row of the request's `Idempotency-Key`, which the audit marks as done; null without one. */
  readonly claimId: string | null;
}

/** An administrator whose request passed the guard. */
export interface Actor extends AuditActor {
  readonly name: string;
  readonly role: AdminRole;
  readonly requestId: string;
}

/** The actor of an act that a job carries out later, of which the job's row kept the fingerprint. */
export function actorOfJob(fingerprint: string): AuditActor {
  return { fingerprint, keyId: null, name: null, requestId: null, address: null, claimId: null };
}

const actors = new WeakMap<object, Actor>();

/** Notes for the handlers of a request whose key it brought; the guard alone calls it. */
export function noteActor(request: object, actor: Actor): void {
  actors.set(request, actor);
}

/** Null outside of the guard. */
export function findActor(request: object): Actor | null {
  return actors.get(request) ?? null;
}
