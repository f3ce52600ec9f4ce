import { Injectable, Logger } from '@nestjs/common';
import { parse } from 'lossless-json';
import { StepAddresses } from '../../../security/step-addresses.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import { HostBreaker } from './host-breaker.js';
import {
  keepOnlySeriesOf,
  type RequestOutcome,
  stepBreakerOpen,
  stepRequestSeconds,
  stepRequestsTotal,
} from './http-steps.metrics.js';
import type { RenderedRequest } from './request-template.js';
import { StepClient, type StepTarget } from './step-client.js';
import type { StepAnswer } from './step-exchange.js';
import { StepBudgets } from './step-budgets.js';
import { StepCredentials } from './step-credentials.js';
import type { StepPlan } from './step-plan.js';
import { type CallTime, requireTime, sleepUntil, stopped, withDatabase } from './step-time.js';

/** The answer of a system. */
export type CallResult =
  | { readonly kind: 'found'; readonly status: number; readonly answer: unknown }
  | { readonly kind: 'notFound'; readonly status: number };

interface FailedVerdict {
  readonly kind: 'failed';
  readonly error: EnrichmentError;
  /** `always`: the system did not take the request; `ifRepeatable`: it may have. */
  readonly again: 'always' | 'ifRepeatable' | 'never';
  /** A new token may fare better. */
  readonly refusedToken?: boolean;
}

/** One attempt, judged. */
type Verdict = { readonly kind: 'done'; readonly result: CallResult } | FailedVerdict;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A Retry-After of hours must not close a step for hours: it is asked again after five minutes at the latest. */
const GATE_PAUSE_MAX_MS = 5 * 60_000;
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);
const TELL_EVERY_MS = 60_000;
const DIGITS = /\d{16}/;

/** Makes one call of a step: waits for its turn, sends, judges, repeats what may be repeated. */
@Injectable()
export class StepCaller {
  private readonly log = new Logger('HttpStep');
  private readonly breakers = new Map<string, HostBreaker>();
  private readonly toldAtMs = new Map<string, number>();

  constructor(
    private readonly client: StepClient,
    private readonly credentials: StepCredentials,
    private readonly addresses: StepAddresses,
    private readonly budgets: StepBudgets,
  ) {}

  /** @throws EnrichmentError with the reason of the last attempt. */
  async call(plan: StepPlan, request: RenderedRequest, time: CallTime): Promise<CallResult> {
    let renewed = false;
    for (let failures = 1; ; failures += 1) {
      const { verdict, sent } = await this.attempt(plan, request, time);
      if (verdict.kind === 'done') return verdict.result;
      const { error, again } = verdict;
      if (verdict.refusedToken === true && !renewed && sent !== null) {
        renewed = true;
        if (await this.credentials.drop(plan.auth, sent)) continue;
      }
      const mayRepeat = again === 'always' || (again === 'ifRepeatable' && plan.repeatable);
      if (!mayRepeat || failures > plan.retries) throw error;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (1 + Math.random() / 2);
      const resumeMs = performance.now() + pauseMs;
      if (resumeMs >= time.deadlineMs) throw error;
      await sleepUntil(resumeMs, time.signal);
      if (time.signal.aborted) throw stopped();
    }
  }

  /** Forgets how all others fared, and closes their connections; requests under way keep what they began with. */
  keepOnly(targets: readonly StepTarget[]): void {
    this.client.keepOnly(targets);
    const origins = new Set(targets.map(({ origin }) => origin));
    for (const origin of [...this.breakers.keys()].filter((origin) => !origins.has(origin))) {
      this.breakers.delete(origin);
      this.toldAtMs.delete(hostOf(origin));
    }
    keepOnlySeriesOf(new Set([...origins].map(hostOf)));
  }

  private async attempt(
    plan: StepPlan,
    request: RenderedRequest,
    time: CallTime,
  ): Promise<{ readonly verdict: Verdict; readonly sent: RenderedRequest | null }> {
    await plan.gate.enter(time.deadlineMs, time.signal);
    const { origin, host } = plan.request;
    const breaker = this.breakerOf(origin);
    let begun = false;
    try {
      const waitMs = breaker.enter();
      if (waitMs !== null) return { verdict: leftAlone(waitMs), sent: null };
      let outcome: 'alive' | 'failed' | 'none' = 'none';
      try {
        const sent = await this.withCredential(plan, request, time);
        // A request whose answer would come too late is not sent, nor paid for.
        requireTime(time);
        const { budget } = plan;
        if (budget !== null) await withDatabase(() => this.budgets.take(budget), time);
        requireTime(time);
        begun = true;
        const answer = await this.send(plan, sent, time);
        outcome = healthOf(answer);
        return { verdict: this.judge(plan, answer), sent };
      } finally {
        const wasOpen = breaker.isOpen;
        if (breaker.leave(outcome)) this.log.warn(`${host} fails and is left alone for a while`);
        if (breaker.isOpen !== wasOpen) stepBreakerOpen.set({ host }, breaker.isOpen ? 1 : 0);
      }
    } finally {
      plan.gate.leave(begun);
    }
  }

  private withCredential(
    plan: StepPlan,
    request: RenderedRequest,
    time: CallTime,
  ): RenderedRequest | Promise<RenderedRequest> {
    if (plan.auth.kind === 'none') return request;
    const route = { addresses: this.addresses, exceptions: plan.exceptions, signal: time.signal };
    return withDatabase(() => this.credentials.apply(plan.auth, request, route), time);
  }

  private async send(plan: StepPlan, request: RenderedRequest, time: CallTime): Promise<StepAnswer> {
    const { host } = plan.request;
    const startedMs = performance.now();
    const timeoutMs = Math.min(plan.attemptMs, time.deadlineMs - startedMs);
    const target = { guard: plan.guard, origin: plan.request.origin };
    const answer = await this.client.send(target, request, timeoutMs, time.signal);
    stepRequestsTotal.inc({ host, outcome: outcomeOf(plan, answer) });
    stepRequestSeconds.observe({ host }, (performance.now() - startedMs) / 1_000);
    if (answer.kind === 'none' && answer.detail !== null) this.tell(host, answer.detail);
    return answer;
  }

  /** A name that leads inside fails every action: one line a minute says so. */
  private tell(host: string, detail: string): void {
    const now = performance.now();
    if (now - (this.toldAtMs.get(host) ?? -Infinity) < TELL_EVERY_MS) return;
    this.toldAtMs.set(host, now);
    this.log.warn(detail);
  }

  private judge(plan: StepPlan, answer: StepAnswer): Verdict {
    if (answer.kind === 'none') return judgeSilence(answer);
    const { status, retryAfterMs } = answer;
    if (plan.notFound.has(status)) return { kind: 'done', result: { kind: 'notFound', status } };
    if (status >= 200 && status < 300) return readBody(plan, status, answer.text);
    if (retryAfterMs !== null && TRANSIENT.has(status)) {
      plan.gate.pauseUntil(performance.now() + Math.min(retryAfterMs, GATE_PAUSE_MAX_MS));
    }
    if (status === 429 || (status === 503 && retryAfterMs !== null)) {
      const code = status === 429 ? 'RATE_LIMIT_EXCEEDED' : 'EXTERNAL_API_ERROR';
      return failed(code, `the system asked for a pause (status ${status})`, 'always');
    }
    if (TRANSIENT.has(status))
      return failed('EXTERNAL_API_ERROR', `the system failed (status ${status})`, 'ifRepeatable');
    if (status === 401 || status === 403) {
      const sentence = `the system refused our credential (status ${status})`;
      // 403 may be about this one record: a new token would not change it, and all others would lose theirs.
      return { ...failed('AUTHENTICATION_FAILED', sentence, 'never'), refusedToken: status === 401 };
    }
    if (status >= 300 && status < 400) {
      return failed(
        'EXTERNAL_API_ERROR',
        `the system redirects (status ${status}), and redirects are not followed`,
        'never',
      );
    }
    const what = status >= 500 ? 'failed' : 'refused the request';
    return failed('EXTERNAL_API_ERROR', `the system ${what} (status ${status})`, 'never');
  }

  private breakerOf(origin: string): HostBreaker {
    let breaker = this.breakers.get(origin);
    if (breaker === undefined) this.breakers.set(origin, (breaker = new HostBreaker()));
    return breaker;
  }
}

function failed(code: EnrichmentError['code'], sentence: string, again: FailedVerdict['again']): FailedVerdict {
  return { kind: 'failed', error: new EnrichmentError(code, sentence), again };
}

function leftAlone(waitMs: number): Verdict {
  const seconds = Math.max(Math.ceil(waitMs / 1_000), 1);
  return failed('EXTERNAL_API_ERROR', `the system failed too often and is left alone for ${seconds} s`, 'never');
}

function judgeSilence(answer: Extract<StepAnswer, { kind: 'none' }>): Verdict {
  switch (answer.reason) {
    case 'stopped':
      return failed('TIMEOUT', answer.sentence, 'never');
    case 'timeout':
      return failed('TIMEOUT', answer.sentence, 'ifRepeatable');
    case 'unreachable':
      return failed('EXTERNAL_API_ERROR', answer.sentence, 'always');
    case 'broken':
      return failed('EXTERNAL_API_ERROR', answer.sentence, 'ifRepeatable');
    case 'address':
    case 'tooLarge':
    case 'compressed':
      return failed('EXTERNAL_API_ERROR', answer.sentence, 'never');
    default:
      return answer.reason satisfies never;
  }
}

/** An empty answer says nothing, and that is a result. */
function readBody(plan: StepPlan, status: number, text: string): Verdict {
  if (plan.answerAs === 'text') return { kind: 'done', result: { kind: 'found', status, answer: text } };
  if (text.trim() === '') return { kind: 'done', result: { kind: 'found', status, answer: null } };
  try {
    return { kind: 'done', result: { kind: 'found', status, answer: parseAnswer(text) } };
  } catch {
    // The parser's message quotes the answer, which may be about a person.
    return failed('EXTERNAL_API_ERROR', `the answer (status ${status}) is no JSON`, 'never');
  }
}

/** Integers beyond 2^53 become texts: as numbers they would be other ids. */
export function parseAnswer(text: string): unknown {
  if (!DIGITS.test(text)) return JSON.parse(text) as unknown;
  return parse(text, null, (digits) => {
    const number = Number(digits);
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(number) ? digits : number;
  });
}

/** A system that answers lives, whatever it says; one that says it cannot, or says nothing, does not. */
function healthOf(answer: StepAnswer): 'alive' | 'failed' | 'none' {
  if (answer.kind === 'answer') return answer.status >= 500 ? 'failed' : 'alive';
  switch (answer.reason) {
    case 'timeout':
    case 'unreachable':
    case 'broken':
      return 'failed';
    case 'tooLarge':
    case 'compressed':
      return 'alive';
    case 'stopped':
    case 'address':
      return 'none';
    default:
      return answer.reason satisfies never;
  }
}

function outcomeOf(plan: StepPlan, answer: StepAnswer): RequestOutcome {
  if (answer.kind === 'answer') {
    const { status } = answer;
    if (plan.notFound.has(status)) return 'notFound';
    if (status < 300) return 'found';
    if (status === 429) return 'rateLimited';
    if (status === 401 || status === 403) return 'unauthorized';
    return status >= 500 ? 'failed' : 'refused';
  }
  switch (answer.reason) {
    case 'tooLarge':
    case 'compressed':
      return 'unreadable';
    case 'broken':
      return 'failed';
    default:
      return answer.reason;
  }
}

/** The label of metrics: hosts stand in YAML files, so they are few. */
function hostOf(origin: string): string {
  return new URL(origin).host;
}
