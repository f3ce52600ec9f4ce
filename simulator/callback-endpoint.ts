import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCallback, type CallbackExpectation, type ReceivedCallback } from './callback-checker.js';
import type { CallbackReading } from './callback-reading.js';
import { faultFor, type FaultKind, type FaultRates } from './faults.js';
import type { Submission } from './submission.js';

/** `drop`: close the socket without an answer. */
export type CallbackAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly retryAfterSeconds?: number }
  | { readonly kind: 'drop' };

/** What came of one request to the endpoint. */
export type CallbackOutcome = 'accepted' | 'duplicate' | 'rejected' | 'unauthorized' | 'fault';

export interface CallbackEvent {
  readonly outcome: CallbackOutcome;
  readonly fault: FaultKind | null;
  readonly path: string;
  /** First characters of the token's digest: recognisable, worthless to others. */
  readonly fingerprint: string;
  readonly token: string | null;
  readonly requestId: string | null;
  readonly attempt: number;
  readonly submission: Submission | null;
  readonly violations: readonly string[];
  readonly reading: CallbackReading | null;
}

export interface CallbackEndpointOptions extends Pick<CallbackExpectation, 'contractFor' | 'apiKey' | 'objectionTo'> {
  readonly find: (token: string) => { readonly submission: Submission; readonly requestId: string | null } | null;
  /** Awaited before a callback is held against anything. */
  readonly beforeCheck?: () => Promise<void>;
  readonly onCallback: (event: CallbackEvent) => void;
  readonly faults: FaultRates;
  readonly seed: string;
  /** Milliseconds a `slow` answer takes. */
  readonly slowMs?: number;
}

/**
 * Plays the address an action calls back: 200 for a valid callback, 400 with the list of violations, 401 when only the
 * bearer is wrong. A second delivery after a 2xx is a duplicate; a retry after anything else is not.
 */
export class CallbackEndpoint {
  private readonly attempts = new Map<string, number>();
  private readonly accepted = new Set<string>();

  constructor(private readonly options: CallbackEndpointOptions) {}

  /** Answers one callback and reports it. */
  async receive(callback: ReceivedCallback): Promise<CallbackAnswer> {
    await this.options.beforeCheck?.();
    const token = callback.headers['x-callback-token'] ?? null;
    const known = token === null ? null : this.options.find(token);
    const attempt = (token === null ? 0 : (this.attempts.get(token) ?? 0)) + 1;
    if (token !== null) this.attempts.set(token, attempt);
    // The last segment numbers the subject: unlike token and run id, it is the same for the same seed.
    const subject = callback.path.split('/').at(-1) ?? '';
    const fault = faultFor(this.options.faults, this.options.seed, subject, attempt);
    const report = (outcome: CallbackOutcome, checked: Pick<CallbackEvent, 'violations' | 'reading'>): void =>
      this.options.onCallback({
        outcome,
        fault,
        path: callback.path,
        fingerprint: fingerprint(token),
        token,
        requestId: callback.headers['x-request-id'] ?? null,
        attempt,
        submission: known?.submission ?? null,
        ...checked,
      });
    if (fault !== null && fault !== 'slow') {
      report('fault', { violations: [], reading: null });
      return misbehave(fault);
    }
    const checked = checkCallback(callback, {
      ...this.options,
      submission: known?.submission ?? null,
      requestId: known?.requestId ?? null,
    });
    const outcome = this.judge(token, checked);
    report(outcome, checked);
    if (fault === 'slow') await sleep(this.options.slowMs ?? 2000);
    return answerTo(outcome, checked.violations);
  }

  private judge(token: string | null, checked: ReturnType<typeof checkCallback>): CallbackOutcome {
    if (checked.onlyBearer) return 'unauthorized';
    if (checked.violations.length > 0 || token === null) return 'rejected';
    if (this.accepted.has(token)) return 'duplicate';
    this.accepted.add(token);
    return 'accepted';
  }
}

/** A token as it may be shown. */
export function fingerprint(token: string | null): string {
  return token === null ? 'none' : createHash('sha256').update(token).digest('hex').slice(0, 8);
}

function answerTo(outcome: CallbackOutcome, violations: readonly string[]): CallbackAnswer {
  if (outcome === 'unauthorized') return { kind: 'answer', status: 401, body: { violations } };
  if (outcome === 'rejected') return { kind: 'answer', status: 400, body: { violations } };
  return { kind: 'answer', status: 200, body: { status: 'accepted' } };
}

function misbehave(fault: Exclude<FaultKind, 'slow'>): CallbackAnswer {
  switch (fault) {
    case '5xx':
      return { kind: 'answer', status: 503, body: { message: 'simulated outage' } };
    case '429':
      return { kind: 'answer', status: 429, body: { message: 'simulated throttling' }, retryAfterSeconds: 1 };
    case '401':
      return { kind: 'answer', status: 401, body: { message: 'simulated rejection of the access token' } };
    case 'drop':
      return { kind: 'drop' };
  }
}
