import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Agent, request } from 'undici';
import { AddressRefusedError } from '../security/address.errors.js';
import { AddressPolicy } from '../security/address-policy.js';
import { describeNetworkError, guardedAgent, readBounded } from '../security/guarded-agent.js';
import { ImsUnreachableError } from './callbacks.errors.js';

/** The answer of IMS, unread. */
export interface ImsResponse {
  readonly status: number;
  /** The `Retry-After` header as it came: several values where it came several times. */
  readonly retryAfter: string | readonly string[] | null;
  /** At most 64 KiB. */
  readonly body: string;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Posts token requests: one attempt, no redirects, everything bounded, and only where the address policy allows. */
@Injectable()
export class ImsEndpoint implements OnApplicationShutdown {
  /** Of the whole exchange; a property, so that a spec need not wait ten seconds. */
  protected readonly timeoutMs: number = 10_000;
  private readonly agent: Agent;

  constructor(private readonly policy: AddressPolicy) {
    this.agent = guardedAgent(policy);
  }

  /**
   * @throws {ImsUnreachableError} when there is no complete answer in time.
   * @throws {AddressRefusedError} when the address policy forbids the URL, or what its host resolves to.
   */
  async post(url: string, form: URLSearchParams): Promise<ImsResponse> {
    const problem = this.policy.checkUrl(url, { hosts: null });
    if (problem !== null) throw new AddressRefusedError(problem);
    // Token requests are rare, so a signal per call costs nothing that counts.
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: form.toString(),
        signal,
      });
      const body = await readBounded(answer.body, MAX_BODY_BYTES);
      if (body === null) throw new ImsUnreachableError(`the answer exceeds ${MAX_BODY_BYTES} bytes`);
      return { status: answer.statusCode, retryAfter: answer.headers['retry-after'] ?? null, body };
    } catch (error) {
      if (error instanceof ImsUnreachableError || error instanceof AddressRefusedError) throw error;
      if (signal.aborted) throw new ImsUnreachableError(`no answer within ${this.timeoutMs} ms`);
      throw new ImsUnreachableError(describeNetworkError(error), { cause: error });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}
