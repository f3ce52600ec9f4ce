import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { StepAddresses, StepExceptions } from '../../../security/step-addresses.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import { toUuid } from '../../../database/digest-id.js';
import type { RenderedRequest } from './request-template.js';
import type { OAuthPlan } from './step-auth.js';
import { SharedTokens } from './shared-tokens.js';
import { StepClient } from './step-client.js';
import type { StepAnswer } from './step-exchange.js';
import { NEVER_STOPPED } from './step-time.js';

/** How a token request travels: by the rules of the step that needs the token. */
export interface TokenRoute {
  readonly addresses: StepAddresses;
  readonly exceptions: StepExceptions;
  readonly signal: AbortSignal;
}

interface TokenState {
  token: string | null;
  issuedAtMs: number;
  useUntilMs: number;
  pending: Promise<string> | null;
  /** Nothing is asked before: the failure is the answer. */
  failure: { readonly error: EnrichmentError; readonly untilMs: number } | null;
  failuresInARow: number;
}

const SECOND = 1_000;
const TIMEOUT_MS = 10 * SECOND;
/** RFC 6749 leaves `expires_in` out where the client knows; a token without one is asked for again soon. */
const LIFE_WITHOUT_WORD_MS = 5 * 60 * SECOND;
const REFUSAL_MS = 30 * SECOND;
const LONGEST_PAUSE_MS = 60 * SECOND;
/** A token refused so young was not the trouble: another one would be refused as well. */
const YOUNG_MS = 5 * SECOND;
const STATES_MAX = 1_000;
/** A shared token with less life left is not worth taking over. */
const SHARED_LEAST_MS = 10 * SECOND;
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/**
 * Access tokens by OAuth 2.0 client credentials, shared by all steps with the same client, and by all processes. One
 * request under way per client; failures are remembered. Neither a token nor a secret gets into an error or a log line.
 */
@Injectable()
export class OAuthTokens {
  private readonly states = new Map<string, TokenState>();

  constructor(
    private readonly client: StepClient,
    private readonly shared: SharedTokens,
  ) {}

  /** @throws EnrichmentError AUTHENTICATION_FAILED when the server refuses the client, EXTERNAL_API_ERROR when it is away. */
  async find(plan: OAuthPlan, secret: string, route: TokenRoute): Promise<string> {
    const state = this.stateOf(keyOf(plan, secret));
    const now = performance.now();
    if (state.token !== null && now < state.useUntilMs) return state.token;
    if (state.failure !== null && now < state.failure.untilMs) throw state.failure.error;
    // The signal of a step that stops must not end what others wait for: a token request has its own time.
    state.pending ??= this.renew(plan, secret, route, state).finally(() => (state.pending = null));
    return state.pending;
  }

  /** Forgets a token that the system refused. @returns whether a new one may fare better. */
  async drop(plan: OAuthPlan, token: string): Promise<boolean> {
    for (const state of this.states.values()) {
      if (state.token !== token) continue;
      state.token = null;
      await this.shared.drop(idOf(plan), token);
      return performance.now() - state.issuedAtMs > YOUNG_MS;
    }
    // Another request dropped it already, and a newer one may be there.
    return true;
  }

  private async renew(plan: OAuthPlan, secret: string, route: TokenRoute, state: TokenState): Promise<string> {
    const id = idOf(plan);
    // One that was issued for a secret before this one may have to stop working with it.
    const issuedFor = keyOf(plan, secret);
    const shared = await this.shared.find(id, issuedFor);
    if (shared !== null && shared.leftMs > SHARED_LEAST_MS) {
      keep(state, shared.token, performance.now(), shared.leftMs);
      // How old it is, the row does not say. Taken for a new one, it could not be renewed when it is refused.
      state.issuedAtMs = -Infinity;
      return shared.token;
    }
    const { token, lifeMs } = await this.fetch(plan, secret, route, state);
    await this.shared.put(id, { token, issuedFor }, lifeMs);
    return token;
  }

  private async fetch(
    plan: OAuthPlan,
    secret: string,
    route: TokenRoute,
    state: TokenState,
  ): Promise<{ readonly token: string; readonly lifeMs: number }> {
    const url = new URL(plan.tokenUrl);
    const guard = route.addresses.guardFor(url.protocol === 'http:' ? 'http' : 'https', route.exceptions);
    const target = { guard, origin: url.origin };
    const startedAtMs = performance.now();
    const answer = await this.client.send(target, tokenRequest(plan, secret, url), TIMEOUT_MS, NEVER_STOPPED);
    const read = readToken(answer);
    if (read.kind === 'token') {
      keep(state, read.token, startedAtMs, read.lifeMs);
      return read;
    }
    state.failuresInARow += 1;
    const pauseMs = Math.min(read.pauseMs * 2 ** (state.failuresInARow - 1), LONGEST_PAUSE_MS);
    state.failure = { error: read.error, untilMs: performance.now() + pauseMs };
    throw read.error;
  }

  private stateOf(key: string): TokenState {
    let state = this.states.get(key);
    if (state === undefined) {
      // Secrets that were replaced leave states behind.
      if (this.states.size >= STATES_MAX) this.states.clear();
      state = { token: null, issuedAtMs: 0, useUntilMs: 0, pending: null, failure: null, failuresInARow: 0 };
      this.states.set(key, state);
    }
    return state;
  }
}

/** A request takes its time: a token must still be good when it arrives. */
function keep(state: TokenState, token: string, fromMs: number, lifeMs: number): void {
  state.token = token;
  state.issuedAtMs = performance.now();
  state.useUntilMs = fromMs + lifeMs - Math.min(lifeMs / 10, 60 * SECOND);
  state.failure = null;
  state.failuresInARow = 0;
}

/** A secret that was replaced is another client: what is remembered of the old one says nothing of it. */
function keyOf(plan: OAuthPlan, secret: string): string {
  return createHash('sha256')
    .update(JSON.stringify([idOf(plan), secret]))
    .digest('hex');
}

/** Under which id processes share a token. It is stored in the clear, so it is made of nothing secret. */
function idOf({ tokenUrl, clientId, scope, audience, credentialsIn }: OAuthPlan): string {
  const parts = JSON.stringify([tokenUrl, clientId, scope, audience, credentialsIn]);
  return toUuid(createHash('sha256').update(parts).digest('hex'));
}

function tokenRequest(plan: OAuthPlan, secret: string, url: URL): RenderedRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (plan.scope !== null) form.set('scope', plan.scope);
  if (plan.audience !== null) form.set('audience', plan.audience);
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (plan.credentialsIn === 'body') {
    form.set('client_id', plan.clientId);
    form.set('client_secret', secret);
  } else {
    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
    const pair = `${formEncode(plan.clientId)}:${formEncode(secret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  return { method: 'POST', path: `${url.pathname}${url.search}`, headers, body: form.toString() };
}

function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice('v='.length);
}

type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string; readonly lifeMs: number }
  | { readonly kind: 'failure'; readonly error: EnrichmentError; readonly pauseMs: number };

function readToken(answer: StepAnswer): TokenAnswer {
  if (answer.kind === 'none') {
    const error = new EnrichmentError('EXTERNAL_API_ERROR', `no access token: ${answer.sentence}`);
    return { kind: 'failure', error, pauseMs: answer.reason === 'address' ? REFUSAL_MS : SECOND };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const token = parseToken(answer.text);
    if (token !== null) return { kind: 'token', ...token };
    const error = new EnrichmentError('AUTHENTICATION_FAILED', 'the token server answered without an access token');
    return { kind: 'failure', error, pauseMs: REFUSAL_MS };
  }
  if (status === 429 || status >= 500) {
    const error = new EnrichmentError('EXTERNAL_API_ERROR', `the token server answered with status ${status}`);
    return { kind: 'failure', error, pauseMs: Math.min(Math.max(answer.retryAfterMs ?? 0, SECOND), LONGEST_PAUSE_MS) };
  }
  const error = new EnrichmentError('AUTHENTICATION_FAILED', `the token server refused the client (status ${status})`);
  return { kind: 'failure', error, pauseMs: REFUSAL_MS };
}

function parseToken(text: string): { readonly token: string; readonly lifeMs: number } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The answer is of the token server's making: that it is no JSON is all there is to say.
    return null;
  }
  const { access_token: token, expires_in: life } = (parsed ?? {}) as { access_token?: unknown; expires_in?: unknown };
  if (typeof token !== 'string' || !TOKEN.test(token)) return null;
  const seconds = Number(life);
  const isLife = life !== null && life !== undefined && Number.isFinite(seconds) && seconds > 0;
  return { token, lifeMs: isLife ? Math.min(seconds, 86_400) * SECOND : LIFE_WITHOUT_WORD_MS };
}
