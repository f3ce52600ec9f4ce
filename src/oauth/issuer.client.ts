import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Agent, request } from 'undici';
import { isJsonObject } from '../http/json-value.js';
import { AddressRefusedError } from '../security/address.errors.js';
import { AddressPolicy } from '../security/address-policy.js';
import { describeNetworkError, guardedAgent, readBounded } from '../security/guarded-agent.js';
import { IssuerUnavailableError } from './oauth.errors.js';

const MAX_BODY_BYTES = 256 * 1024;
const RULES = Object.freeze({ hosts: null });

/** An answer of the issuer: an object, or another status than 200. */
export type IssuerAnswer =
  | { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'status'; readonly status: number };

/** Reads documents of the external issuer: one attempt, no redirects, bounded, and only where the address policy allows. */
@Injectable()
export class IssuerClient implements OnApplicationShutdown {
  /** Of the whole exchange; a property, so that a spec need not wait as long. */
  protected readonly timeoutMs: number = 5_000;
  private readonly agent: Agent;

  constructor(private readonly policy: AddressPolicy) {
    this.agent = guardedAgent(policy);
  }

  /** @throws IssuerUnavailableError when there is no JSON object, or no address that may be asked. */
  async get(url: string): Promise<IssuerAnswer> {
    const problem = this.policy.checkUrl(url, RULES);
    if (problem !== null) throw new IssuerUnavailableError(problem);
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        headers: { accept: 'application/json' },
        signal,
      });
      const body = await readBounded(answer.body, MAX_BODY_BYTES);
      if (body === null) throw new IssuerUnavailableError(`an answer exceeds ${MAX_BODY_BYTES} bytes`);
      if (answer.statusCode !== 200) return { kind: 'status', status: answer.statusCode };
      return { kind: 'object', value: parseObject(body) };
    } catch (error) {
      if (error instanceof IssuerUnavailableError) throw error;
      if (error instanceof AddressRefusedError) throw new IssuerUnavailableError(error.message);
      if (signal.aborted) throw new IssuerUnavailableError(`no answer within ${this.timeoutMs} ms`);
      throw new IssuerUnavailableError(describeNetworkError(error), { cause: error });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its message quotes the text, which is not ours to log.
    throw new IssuerUnavailableError('an answer is not JSON');
  }
  if (!isJsonObject(value)) throw new IssuerUnavailableError('an answer is not a JSON object');
  return value;
}
