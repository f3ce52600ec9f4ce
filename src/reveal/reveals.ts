import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { parseJsonText } from '../http/json-body.js';
import { toJsonText } from '../http/json-text.js';
import { isJsonObject } from '../http/json-value.js';
import { RequestError } from '../http/request-error.js';
import { TokenBuckets, toRetryAfterSeconds } from '../http/token-buckets.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import type { RevealedAction } from './reveal.dto.js';
import { RevealRepository } from './reveal.repository.js';

/** A person who looks into a case needs a few; a key that was stolen must not copy the table. */
const AT_ONCE = 10;
const PER_SECOND = 1 / 6;

/** Shows the content of one action, for a reason that the audit keeps. Off unless the operator allows it. */
@Injectable()
export class Reveals {
  private readonly buckets = new TokenBuckets(AT_ONCE, PER_SECOND);

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly repository: RevealRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Nothing is shown of which the audit does not tell: the entry comes first. @throws RequestError 403, 404, 429. */
  async reveal(id: string, reason: string, actor: AuditActor): Promise<RevealedAction> {
    if (!this.config.operations.adminReveal) {
      const message = 'Content is not shown in this service: the operator can allow it by ADMIN_REVEAL=true';
      throw new RequestError(403, 'FORBIDDEN', message);
    }
    const waitMs = this.buckets.take(actor.keyId ?? actor.fingerprint);
    if (waitMs > 0) {
      const message = 'This key has looked at the content of many actions: wait';
      throw new RequestError(429, 'RATE_LIMITED', message, { retryAfterSeconds: toRetryAfterSeconds(waitMs) });
    }
    if (!(await this.repository.exists(id)))
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No action has this id; retention may have removed it');
    await this.database.transaction((tx) =>
      this.audit.record(tx, { actor, verb: 'action.reveal', target: `action:${id}`, details: { reason } }),
    );
    const [request, results, deliveries] = await Promise.all([
      this.repository.findRequest(id),
      this.repository.findResults(id),
      this.repository.findDeliveries(id),
    ]);
    return { requestId: id, objectData: request === null ? null : objectDataOf(request), results, deliveries };
  }
}

/** Members of a stored request that may hold a key. */
const KEPT_BACK: readonly string[] = ['callbackUrl', 'token'];

/** Of dialects without `objectData` all but those. */
function objectDataOf(request: string): string {
  const stored = parseJsonText(request);
  if (!isJsonObject(stored)) return toJsonText(stored);
  const kept = Object.entries(stored).filter(([name]) => !KEPT_BACK.includes(name));
  return toJsonText(stored['objectData'] ?? Object.fromEntries(kept));
}
