import { Inject, Injectable } from '@nestjs/common';
import { parseRetryAfter } from '../../delivery/retry-after.js';
import type { TokenRoute } from '../../enrichment/providers/http/oauth-tokens.js';
import type { RenderedRequest } from '../../enrichment/providers/http/request-template.js';
import type { AuthPlan } from '../../enrichment/providers/http/step-auth.js';
import { type CallResult, StepCaller } from '../../enrichment/providers/http/step-caller.js';
import { StepClient, type StepTarget } from '../../enrichment/providers/http/step-client.js';
import type { StepAnswer } from '../../enrichment/providers/http/step-exchange.js';
import { StepCredentials } from '../../enrichment/providers/http/step-credentials.js';
import type { StepPlan } from '../../enrichment/providers/http/step-plan.js';
import type { CallTime } from '../../enrichment/providers/http/step-time.js';
import { TrialMeans } from './trial-means.js';

/** Keeps what an http step asked, without its credentials, and how it was answered. */
@Injectable()
export class WatchedCaller extends StepCaller {
  @Inject(TrialMeans)
  private readonly means!: TrialMeans;

  override async call(plan: StepPlan, request: RenderedRequest, time: CallTime): Promise<CallResult> {
    const { notes } = this.means;
    const step = notes.step ?? '';
    const told = `${request.method} ${plan.request.origin}${request.path}`;
    try {
      const result = await super.call(plan, request, time);
      const canned = this.means.answers.has(step) ? ' (--answer)' : '';
      notes.of(step).calls.push({ request: told, answer: `${result.status}${canned}` });
      if (result.kind === 'notFound') notes.of(step).notFound = `the system has nothing (status ${result.status})`;
      return result;
    } catch (error) {
      notes.of(step).calls.push({ request: told, answer: (error as Error).message });
      throw error;
    }
  }
}

/** Answers from files where a step has one; everything else goes out as it does in the service. */
@Injectable()
export class CannedClient extends StepClient {
  @Inject(TrialMeans)
  private readonly means!: TrialMeans;

  override send(
    target: StepTarget,
    request: RenderedRequest,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepAnswer> {
    const canned = this.means.answers.get(this.means.notes.step ?? '');
    if (canned === undefined) return super.send(target, request, timeoutMs, signal);
    const { status, headers, text } = canned;
    const retryAfterMs = parseRetryAfter(headers['retry-after'], Date.now());
    return Promise.resolve({ kind: 'answer', status, retryAfterMs, text });
  }
}

/** A step that is answered from a file needs no secret, and no token is asked for. */
@Injectable()
export class CannedCredentials extends StepCredentials {
  @Inject(TrialMeans)
  private readonly means!: TrialMeans;

  override async apply(auth: AuthPlan, request: RenderedRequest, route: TokenRoute): Promise<RenderedRequest> {
    const isCanned = this.means.answers.has(this.means.notes.step ?? '');
    return isCanned ? request : super.apply(auth, request, route);
  }
}
