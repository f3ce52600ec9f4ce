import { Injectable } from '@nestjs/common';
import type { StepOutcome } from '../actions/action-result.js';
import type { ActionState } from '../actions/action-state.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { RequestError } from '../http/request-error.js';
import type { ActionDetail, AttemptView, DeliveryView, ExcerptView } from './action-detail.dto.js';
import {
  ActionDetailRepository,
  type ActionHeadRow,
  type AttemptRow,
  type DeliveryDetailRow,
} from './action-detail.repository.js';
import type { CallbackFacts } from './callback-facts.js';
import { explainAction } from './explanation.js';

/** One action with its history, steps, deliveries and attempts, and a sentence that says what to do about it. */
@Injectable()
export class ActionDetails {
  constructor(private readonly repository: ActionDetailRepository) {}

  /** @throws RequestError 404 for an unknown id. */
  async get(id: string): Promise<ActionDetail> {
    const head = await this.repository.findHead(id);
    if (head === null)
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No action has this id; retention may have removed it');
    const history = await this.repository.findHistory(id);
    const rows = await this.repository.findDeliveries(id);
    const attempts = await this.repository.findAttempts(rows.map((row) => row.deliveryId));
    const deliveries = rows.map((row) => toDelivery(row, attempts));
    const steps = history.flatMap((entry) => entry.steps ?? []);
    return {
      ...head,
      explanation: explain(head, steps, deliveries),
      history: history.map(({ at, from, to, note }) => ({ at, from, to, note })),
      steps,
      deliveries,
    };
  }
}

/** Which of several deliveries tells why the action is where it is, the most telling first. */
const TELLING: Readonly<Record<ActionState, readonly DeliveryStatus[]>> = {
  received: [],
  enriching: [],
  calling_back: ['held', 'pending', 'delivering'],
  completed: ['delivered'],
  undeliverable: ['dead', 'expired', 'held', 'cancelled'],
  expired: ['expired', 'dead', 'held', 'pending', 'cancelled'],
};

function explain(head: ActionHeadRow, steps: readonly StepOutcome[], deliveries: readonly DeliveryView[]): string {
  const told = TELLING[head.state].map((wanted) => deliveries.findLast(({ status }) => status === wanted));
  const telling = told.find((delivery) => delivery !== undefined) ?? deliveries.at(-1);
  const callback = telling === undefined ? null : toFacts(telling);
  return explainAction({ ...head, steps, callback, now: new Date() });
}

/** The facts of a delivery that an explanation needs. */
export function toFacts(delivery: DeliveryView): CallbackFacts {
  return {
    channel: delivery.channel,
    status: delivery.status,
    attempts: delivery.attemptNumber,
    nextAttemptAt: delivery.nextAttemptAt,
    lastStatus: delivery.lastStatus,
    errorClass: delivery.attempts.findLast((attempt) => !attempt.fenced)?.errorClass ?? null,
    lastError: delivery.lastError,
    waitsFor: delivery.waitsFor,
    answered2xx: Math.max(delivery.answered2xx, delivery.attempts.filter(wasAccepted).length),
    hasBody: delivery.bodyBytes !== null,
  };
}

/** Fenced ones count as well: the receiver did answer. */
function wasAccepted({ status }: AttemptView): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** A delivery with those of the attempts that are its own. */
export function toDelivery<Row extends DeliveryDetailRow>(
  row: Row,
  attempts: readonly AttemptRow[],
): Row & Pick<DeliveryView, 'attempts'> {
  const own = attempts.filter((attempt) => attempt.deliveryId === row.deliveryId);
  return { ...row, attempts: own.map((attempt) => toAttempt(attempt, row.url)) };
}

function toAttempt(row: AttemptRow, deliveryUrl: string): AttemptView {
  return {
    number: row.number,
    trigger: row.trigger,
    fenced: row.fenced,
    startedAt: row.startedAt,
    url: row.url ?? deliveryUrl,
    timing: {
      totalMs: row.totalMs,
      dnsMs: row.dnsMs,
      connectMs: row.connectMs,
      tlsMs: row.tlsMs,
      firstByteMs: row.firstByteMs,
    },
    resolvedIp: row.resolvedIp,
    status: row.status,
    errorClass: row.errorClass,
    error: row.error,
    headers: row.headers,
    excerpt: row.excerpt === null ? null : toExcerpt(row.excerpt),
    retryAfterMs: row.retryAfterMs,
    nextAttemptAt: row.nextAttemptAt,
  };
}

/** The excerpt ends after so many bytes, which may be amid a character: that alone does not make it binary. */
function toExcerpt(bytes: Buffer): ExcerptView {
  try {
    return { encoding: 'text', content: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }) };
  } catch {
    return { encoding: 'base64', content: bytes.toString('base64') };
  }
}
