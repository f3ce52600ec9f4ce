import { setTimeout as sleep } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { RequestError } from '../http/request-error.js';
import { toRequestError } from '../http/to-request-error.js';
import { type Actor, findActor, noteActor } from '../security/admin-actor.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { SecretUnreadableError } from '../security/secret.errors.js';
import { bodyMacOf, readIdempotencyKey, rowIdOf } from './idempotency-key.js';
import {
  type EarlierRequest,
  type IdempotentRequest,
  IdempotentRequestsRepository,
} from './idempotent-requests.repository.js';

/** Longer than any statement of a create may take: a process that holds the key so long is dead. */
const LOCK_SECONDS = 60;
const LOOK_EVERY_MS = 100;
/** Clients give up after 30 s and more; a create takes milliseconds. */
const WAIT_MS = 10_000;
const NOTHING = Buffer.alloc(0);

/** The outcome of a key: this request does the work, or an earlier one has been answered. */
type Turn =
  { readonly kind: 'first' } | { readonly kind: 'answered'; readonly status: number; readonly value: unknown };

/**
 * Carries a create out once for each `Idempotency-Key`. The answer is kept sealed, because it may hold a secret that is
 * shown once. The work notes that it was done in its own transaction, by its entry in the audit: a process that dies
 * before it has answered leaves no doubt.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly log = new Logger('Idempotency');

  constructor(
    private readonly requests: IdempotentRequestsRepository,
    private readonly box: SecretBox,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const actor = findActor(request);
    if (actor === null) throw new Error('a route with an Idempotency-Key is not behind AdminGuard');
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    if (key === null) return next.handle();
    const claim = claimOf(request, actor, key);
    const turn = await this.take(claim);
    const reply = http.getResponse<FastifyReply>();
    if (turn.kind === 'answered') {
      void reply.code(turn.status).header('idempotency-replayed', 'true');
      return of(turn.value);
    }
    noteActor(request, { ...actor, claimId: claim.id });
    const value = await this.work(claim, next);
    await this.keep(claim, reply.statusCode, value);
    return of(value);
  }

  /** @throws RequestError 409 while the first request is under way or when its answer is lost, 422 for another body. */
  private async take(claim: IdempotentRequest): Promise<Turn> {
    const giveUpAtMs = performance.now() + WAIT_MS;
    for (;;) {
      if (await this.requests.begin(claim, LOCK_SECONDS)) return { kind: 'first' };
      const earlier = await this.requests.find(claim.id);
      if (earlier !== null && !earlier.bodyMac.equals(claim.bodyMac)) throw otherBody();
      if (earlier !== null && earlier.status !== null) return this.answered(claim.id, earlier);
      if (earlier !== null && earlier.isDone && !earlier.isUnderWay) throw answerLost();
      if (performance.now() > giveUpAtMs) {
        throw new RequestError(409, 'CONFLICT', 'The first request with this Idempotency-Key is under way', {
          retryAfterSeconds: 5,
        });
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  private answered(id: string, { status, answer }: EarlierRequest): Turn {
    try {
      const text = this.box.open(answer ?? '', placeOf(SEALED_COLUMNS.idempotentAnswers, id));
      return { kind: 'answered', status: status ?? 200, value: JSON.parse(text) as unknown };
    } catch (error) {
      if (error instanceof SecretUnreadableError) throw answerLost();
      throw error;
    }
  }

  private async work(claim: IdempotentRequest, next: CallHandler): Promise<unknown> {
    try {
      return await lastValueFrom(next.handle());
    } catch (error) {
      // A refusal did nothing. Of other failures the row knows whether something was done.
      const isRefusal = toRequestError(error).status < 500;
      await this.unlessAway(async () => {
        if (isRefusal) await this.requests.forget(claim);
        await this.requests.release(claim);
      });
      throw error;
    }
  }

  private keep(claim: IdempotentRequest, status: number, value: unknown): Promise<void> {
    const sealed = this.box.seal(JSON.stringify(value ?? null), placeOf(SEALED_COLUMNS.idempotentAnswers, claim.id));
    return this.unlessAway(() => this.requests.keepAnswer(claim, status, sealed));
  }

  /** The work is done or refused, and the sender must be told so: the row mends itself, when its lock is over. */
  private async unlessAway(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.log.warn(`The outcome of an Idempotency-Key was not written: ${(error as Error).message}`);
    }
  }
}

function claimOf(request: FastifyRequest, actor: Actor, key: string): IdempotentRequest {
  const [path = ''] = request.url.split('?');
  return {
    id: rowIdOf(actor.keyId ?? actor.fingerprint, path, key),
    requestId: actor.requestId,
    bodyMac: bodyMacOf(key, (request.body as Buffer | undefined) ?? NOTHING),
  };
}

function otherBody(): RequestError {
  return new RequestError(422, 'VALIDATION_ERROR', 'This Idempotency-Key was used with another body: use a new one', {
    details: [{ field: 'Idempotency-Key', message: 'was used with another body' }],
  });
}

function answerLost(): RequestError {
  const message =
    'The first request with this Idempotency-Key was carried out, but its answer is lost: see GET /admin/audit for what it did';
  return new RequestError(409, 'CONFLICT', message);
}
