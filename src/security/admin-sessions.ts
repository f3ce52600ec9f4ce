import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { Database } from '../database/database.js';
import { RequestError } from '../http/request-error.js';
import { type Actor, BOOTSTRAP_NAME } from './admin-actor.js';
import type { AdminKey } from './admin-authenticator.js';
import { AdminKeyUses } from './admin-key-uses.js';
import { AdminSessionsRepository } from './admin-sessions.repository.js';
import { AuditRepository } from './audit.repository.js';
import { credentialInAuthorization } from './caller-credentials.js';
import { CredentialSet } from './credential-set.js';
import { hashOf, newSecret } from './issued-secrets.js';
import { csrfTokenOf, isCsrfToken, sessionCookie, sessionTokenIn } from './session-cookie.js';

type SessionRequest = Pick<FastifyRequest, 'headers' | 'method' | 'query'>;

/** A session that a request brought. */
export interface AdminSession {
  readonly key: AdminKey;
  readonly csrfToken: string;
  readonly endsAt: Date;
}

/** A session that was begun, or taken away. */
export interface CookieChange {
  readonly cookie: string;
}

const IDLE_SECONDS = 30 * 60;
const WHOLE_SECONDS = 12 * 60 * 60;
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];
/** The console marks requests that it repeats by itself: an open tab alone keeps no session alive. */
export const POLL_HEADER = 'x-console-poll';

/** Sessions of the console: begun with an admin key, good as long as that key is, ended by log-out in every process. */
@Injectable()
export class AdminSessions {
  private readonly bootstrap: CredentialSet;
  private readonly secure: boolean;

  constructor(
    private readonly database: Database,
    private readonly repository: AdminSessionsRepository,
    private readonly audit: AuditRepository,
    private readonly uses: AdminKeyUses,
    secrets: Secrets,
    config: AppConfig,
  ) {
    this.bootstrap = new CredentialSet(secrets.adminApiKeys);
    this.secure = config.http.publicUrl.startsWith('https:');
  }

  /** Whether a request goes by a session: a key in `Authorization` counts before the cookie. */
  isMeantIn(request: SessionRequest): boolean {
    return request.headers.authorization === undefined && sessionTokenIn(request.headers) !== null;
  }

  /** @throws RequestError 401 when the session or its key is over, and for a change without the CSRF token. */
  async authenticate(request: SessionRequest): Promise<AdminSession> {
    const token = sessionTokenIn(request.headers) ?? '';
    const tokenHash = hashOf(token);
    const found = await this.repository.find(tokenHash, IDLE_SECONDS);
    const key = found === null ? null : this.keyOf(found);
    if (found === null || key === null)
      throw new RequestError(401, 'UNAUTHORIZED', 'The session is over: log in again');
    if (!SAFE_METHODS.includes(request.method) && !isCsrfToken(request.headers['x-csrf-token'], token)) {
      const message = 'A change by a session needs the csrfToken of GET /admin/session as X-CSRF-Token';
      throw new RequestError(401, 'UNAUTHORIZED', message);
    }
    if (found.isStale && isUse(request)) await this.repository.touch(tokenHash, IDLE_SECONDS);
    if (key.keyId !== null) this.uses.note(key.keyId);
    return { key, csrfToken: csrfTokenOf(token), endsAt: found.endsAt };
  }

  /** @throws RequestError 400 when the request brings a session and not a key. */
  async begin(request: SessionRequest, actor: Actor): Promise<AdminSession & CookieChange> {
    const presented = credentialInAuthorization(request, 'Bearer');
    if (presented.kind !== 'present') {
      throw new RequestError(400, 'INVALID_REQUEST', 'A session begins with an admin key, not with another session');
    }
    const token = newSecret();
    const session = { tokenHash: hashOf(token), keyId: actor.keyId, keyHash: hashOf(presented.value) };
    const endsAt = await this.database.transaction(async (tx) => {
      const end = await this.repository.insert(tx, session, { idle: IDLE_SECONDS, whole: WHOLE_SECONDS });
      await this.audit.record(tx, { actor, verb: 'session.begin', target: targetOf(actor), details: {} });
      return end;
    });
    const cookie = sessionCookie(token, WHOLE_SECONDS, this.secure);
    return { key: actor, csrfToken: csrfTokenOf(token), endsAt, cookie };
  }

  /** Ends the session that a request brings; without one nothing happens. */
  async end(request: SessionRequest, actor: Actor): Promise<CookieChange> {
    const token = sessionTokenIn(request.headers);
    if (token !== null) {
      await this.database.transaction(async (tx) => {
        if (!(await this.repository.end(tx, hashOf(token)))) return;
        await this.audit.record(tx, { actor, verb: 'session.end', target: targetOf(actor), details: {} });
      });
    }
    return { cookie: sessionCookie('', 0, this.secure) };
  }

  /** Null when the key is over. */
  private keyOf(found: {
    readonly keyHash: Buffer;
    readonly keyId: string | null;
    readonly name: string | null;
    readonly role: AdminKey['role'] | null;
    readonly isKeyLive: boolean;
  }): AdminKey | null {
    const fingerprint = found.keyHash.toString('hex').slice(0, 8);
    if (found.keyId === null) {
      // Another process may have other keys in its environment while a roll-out lasts: each goes by its own.
      return this.bootstrap.hasDigest(found.keyHash)
        ? { fingerprint, keyId: null, name: BOOTSTRAP_NAME, role: 'admin' }
        : null;
    }
    if (!found.isKeyLive || found.name === null || found.role === null) return null;
    return { fingerprint, keyId: found.keyId, name: found.name, role: found.role };
  }
}

/** Not what an open tab does by itself. A browser opens a stream of events without headers of ours. */
function isUse({ headers }: SessionRequest): boolean {
  return headers[POLL_HEADER] === undefined && headers.accept !== 'text/event-stream';
}

function targetOf({ keyId, fingerprint }: Actor): string {
  return `key:${keyId ?? fingerprint}`;
}
