import { Injectable, Logger } from '@nestjs/common';
import type { AdobeCredential } from '../organisations/adobe-credential.js';
import { AdobeCredentials } from '../organisations/adobe-credentials.js';
import type { StoredCredential } from '../organisations/organisation-book.js';
import { AddressRefusedError } from '../security/address.errors.js';
import { ImsPermanentError, ImsTransientError, ImsUnreachableError } from './callbacks.errors.js';
import { imsCredentialsRefused, imsTokenRequests } from './callbacks.metrics.js';
import { readImsResponse, type ImsAnswer } from './ims-answer.js';
import { CredentialNotes } from './credentials/credential-notes.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { imsRemedy } from './ims-remedy.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** How long a refusal is believed without asking again; Adobe throttles integrations that ask too often. */
const REFUSAL_TTL_MS = MINUTE;
const MAX_RETRY_AFTER_MS = 5 * MINUTE;
const FIRST_BACKOFF_MS = SECOND;
const MAX_BACKOFF_MS = 15 * SECOND;
/** A token dropped at this age or younger says that the token was not what Adobe objected to. */
const YOUNG_MS = 10 * SECOND;

/** Times are `performance.now()`: a wall clock that is set back must not make a token live longer. */
interface IssuedToken {
  readonly value: string;
  readonly issuedAtMs: number;
  /** From here on it is used while the next one is fetched. */
  readonly renewAtMs: number;
  /** From here on everybody waits for the next one. */
  readonly useUntilMs: number;
}

interface TokenState {
  /** The organisation of a stored credential; null for the one of `ADOBE_*`. */
  readonly storedFor: string | null;
  issued: IssuedToken | null;
  pending: Promise<string> | null;
  /** No caller asks before `untilMs`: the failure is the answer. */
  failure: { readonly error: ImsPermanentError | ImsTransientError; readonly untilMs: number } | null;
  failuresInARow: number;
  youngDropsInARow: number;
  /** Index of the client secret that worked last. */
  workingSecret: number;
  alerted: boolean;
}

/**
 * Access tokens for Adobe, at most one request under way per credential in this process.
 *
 * A token is renewed in the background before it expires, so a callback waits for IMS only when there is none at all.
 * Failures are remembered: refusals for a minute, outages with a growing pause. Neither a token nor a client secret ever
 * gets into an error or a log line.
 */
@Injectable()
export class ImsTokenClient {
  private readonly logger = new Logger(ImsTokenClient.name);
  /** By the credential's key; as many as there are credentials. */
  private readonly states = new Map<string, TokenState>();

  constructor(
    private readonly credentials: AdobeCredentials,
    private readonly endpoint: ImsEndpoint,
    private readonly notes: CredentialNotes,
  ) {}

  /**
   * A bearer token for calls in the name of an organisation.
   * @throws {ImsPermanentError} when a person has to mend the credentials or the configuration.
   * @throws {ImsTransientError} when IMS cannot answer just now.
   */
  async token(org: string): Promise<string> {
    const choice = this.credentials.choose(org);
    if (choice.kind !== 'found') throw new ImsPermanentError('organisation_not_configured', REFUSAL_TTL_MS);
    const { credential } = choice;
    const state = this.stateOf(credential);
    const now = performance.now();
    const { issued, failure } = state;
    const mayAsk = failure === null || now >= failure.untilMs;
    if (issued !== null && now < issued.useUntilMs) {
      if (now >= issued.renewAtMs && mayAsk) this.renewInBackground(credential, state);
      return issued.value;
    }
    if (!mayAsk) throw withRemaining(failure.error, failure.untilMs - now);
    return this.renew(credential, state);
  }

  /** Drops the cached token if it is still this one: of many callbacks refused with one token, the first one counts. */
  invalidate(token: string): void {
    for (const state of this.states.values()) {
      if (state.issued?.value !== token) continue;
      const now = performance.now();
      state.youngDropsInARow = now - state.issued.issuedAtMs <= YOUNG_MS ? state.youngDropsInARow + 1 : 0;
      state.issued = null;
      // One new token at once, then ever more slowly: an organisation Adobe always answers 401 must not hammer IMS.
      if (state.youngDropsInARow > 1) {
        const delayMs = backoff(state.youngDropsInARow - 1);
        const error = new ImsTransientError('new tokens are refused as soon as they are used', delayMs);
        state.failure = { error, untilMs: now + delayMs };
      }
    }
  }

  /** Forgets what IMS said of stored credentials that were replaced or removed: the next ones are asked for as new. */
  keepStored(credentials: ReadonlyMap<string, StoredCredential>): void {
    for (const [key, { storedFor }] of this.states) {
      const stored = storedFor === null ? null : credentials.get(storedFor);
      const isKept = stored === null || (stored?.kind === 'ready' && stored.credential.key === key);
      if (!isKept) this.states.delete(key);
    }
    this.countRefused();
  }

  /**
   * Asks IMS with each secret in turn, also for a credential that it refused a moment ago. A token that it gives is used
   * from now on. @returns one answer per secret, up to the first that is not about the secret.
   */
  async test(credential: AdobeCredential): Promise<ImsAnswer[]> {
    const answers: ImsAnswer[] = [];
    for (const [index, secret] of credential.clientSecrets.entries()) {
      const startedAtMs = performance.now();
      const answer = await this.ask(credential, secret);
      answers.push(answer);
      const isFirst = !answers.slice(0, -1).some(({ kind }) => kind === 'token');
      if (answer.kind === 'token' && isFirst) this.take(credential, answer, startedAtMs, index);
      if (answer.kind === 'unavailable') break;
    }
    const refused = answers.find(({ kind }) => kind === 'refused');
    const isKnown = answers.every(({ kind }) => kind === 'refused');
    if (isKnown && refused?.kind === 'refused') this.notes.note(credential, refused.error);
    return answers;
  }

  private stateOf(credential: AdobeCredential): TokenState {
    let state = this.states.get(credential.key);
    if (state === undefined) {
      state = {
        storedFor: credential.storedFor,
        issued: null,
        pending: null,
        failure: null,
        failuresInARow: 0,
        youngDropsInARow: 0,
        workingSecret: 0,
        alerted: false,
      };
      this.states.set(credential.key, state);
    }
    return state;
  }

  private renew(credential: AdobeCredential, state: TokenState): Promise<string> {
    state.pending ??= this.fetch(credential, state).finally(() => {
      state.pending = null;
    });
    return state.pending;
  }

  private renewInBackground(credential: AdobeCredential, state: TokenState): void {
    // Under load thousands come by while one request is under way; one of them reports its end.
    if (state.pending !== null) return;
    this.renew(credential, state).catch((error: unknown) => {
      // The old token still serves, and the failure is remembered for those who come when it no longer does.
      this.logger.warn(`Access token not renewed early: ${error instanceof Error ? error.message : 'unknown error'}`);
    });
  }

  private async fetch(credential: AdobeCredential, state: TokenState): Promise<string> {
    const startedAtMs = performance.now();
    const answer = await this.askWithEitherSecret(credential, state);
    switch (answer.kind) {
      case 'token':
        this.take(credential, answer, startedAtMs, state.workingSecret);
        return answer.token;
      case 'refused':
        this.alertOnce(credential, state, answer.error);
        this.countRefused();
        this.notes.note(credential, answer.error);
        throw remember(state, new ImsPermanentError(answer.error, REFUSAL_TTL_MS, credential.storedFor !== null));
      case 'unavailable': {
        state.failuresInARow += 1;
        const delayMs = Math.max(answer.retryAfterMs ?? 0, backoff(state.failuresInARow));
        throw remember(state, new ImsTransientError(answer.reason, Math.min(delayMs, MAX_RETRY_AFTER_MS)));
      }
    }
  }

  private take(
    credential: AdobeCredential,
    answer: Extract<ImsAnswer, { kind: 'token' }>,
    startedAtMs: number,
    secretIndex: number,
  ): void {
    const state = this.stateOf(credential);
    state.issued = issue(answer.token, answer.lifeMs, startedAtMs);
    state.workingSecret = secretIndex;
    state.failure = null;
    state.failuresInARow = 0;
    state.alerted = false;
    this.countRefused();
    this.notes.note(credential, null);
  }

  /** While a secret is being replaced either may be the valid one; the one that works is asked first from then on. */
  private async askWithEitherSecret(credential: AdobeCredential, state: TokenState): Promise<ImsAnswer> {
    const secrets = credential.clientSecrets;
    let answer: ImsAnswer = { kind: 'refused', error: 'no_client_secret' };
    for (let turn = 0; turn < secrets.length; turn += 1) {
      const index = (state.workingSecret + turn) % secrets.length;
      answer = await this.ask(credential, secrets[index] ?? '');
      if (answer.kind === 'token') state.workingSecret = index;
      if (answer.kind !== 'refused' || answer.error !== 'invalid_client') break;
    }
    return answer;
  }

  private async ask(credential: AdobeCredential, secret: string): Promise<ImsAnswer> {
    const answer = await this.post(credential, secret);
    imsTokenRequests.inc({ outcome: answer.kind === 'token' ? 'issued' : answer.kind });
    return answer;
  }

  private async post(credential: AdobeCredential, secret: string): Promise<ImsAnswer> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credential.clientId,
      client_secret: secret,
      // Left out where there are none: IMS refuses an empty one as invalid_scope.
      ...(credential.scopes.length > 0 && { scope: credential.scopes.join(',') }),
    });
    try {
      return readImsResponse(await this.endpoint.post(`${credential.baseUrl}/ims/token/v3`, form));
    } catch (error) {
      if (error instanceof AddressRefusedError) return { kind: 'refused', error: 'address_refused' };
      if (!(error instanceof ImsUnreachableError)) throw error;
      return { kind: 'unavailable', reason: error.message, retryAfterMs: null };
    }
  }

  private alertOnce(credential: AdobeCredential, state: TokenState, error: string): void {
    if (state.alerted) return;
    state.alerted = true;
    this.logger.error(
      `No access token from IMS at ${credential.baseUrl} for client ${credential.clientId}${ownerOf(credential)}: ${error}. ` +
        `Its callbacks to Adobe wait, and IMS is asked once a minute. To mend it, ${imsRemedy(error, credential.storedFor !== null)}.`,
    );
  }

  private countRefused(): void {
    imsCredentialsRefused.set([...this.states.values()].filter(({ alerted }) => alerted).length);
  }
}

function ownerOf({ storedFor }: AdobeCredential): string {
  return storedFor === null ? '' : ` of organisation ${storedFor}`;
}

function issue(value: string, lifeMs: number, startedAtMs: number): IssuedToken {
  const leadMs = Math.min(lifeMs / 10, 5 * MINUTE);
  const expiresAtMs = startedAtMs + lifeMs;
  return {
    value,
    issuedAtMs: performance.now(),
    // Jitter, so that processes started together do not ask together.
    renewAtMs: expiresAtMs - leadMs * (1 - Math.random() / 2),
    // A request takes its time: the token must still be good when it arrives.
    useUntilMs: expiresAtMs - leadMs / 5,
  };
}

function remember<E extends ImsPermanentError | ImsTransientError>(state: TokenState, error: E): E {
  state.failure = { error, untilMs: performance.now() + error.retryAfterMs };
  return error;
}

/** The remembered failure for a caller that comes later and has less to wait. */
function withRemaining(error: ImsPermanentError | ImsTransientError, remainingMs: number): Error {
  const retryAfterMs = Math.ceil(remainingMs);
  return error instanceof ImsPermanentError
    ? new ImsPermanentError(error.error, retryAfterMs, error.isStored)
    : new ImsTransientError(error.reason, retryAfterMs);
}

/** 1 s doubling to 15 s, plus up to a quarter; jitter only adds. */
function backoff(failures: number): number {
  const base = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
  return Math.round(base * (1 + Math.random() / 4));
}
