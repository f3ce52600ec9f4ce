import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { AnswerHead, HEADERS_MAX_BYTES, readThrough } from '../http/answer-head.js';
import { AddressRefusedError } from '../security/address.errors.js';
import { AddressPolicy } from '../security/address-policy.js';
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
const CONNECT_TIMEOUT_MS = 5_000;

/** Posts token requests: one attempt, no redirects, everything bounded, and only where the address policy allows. */
@Injectable()
export class ImsEndpoint implements OnApplicationShutdown {
  /** Of the whole exchange; a property, so that a spec need not wait ten seconds. */
  protected readonly timeoutMs: number = 10_000;
  private readonly agent: Agent;

  constructor(private readonly policy: AddressPolicy) {
    // No keep-alive (pipelining 0): there are a few requests a day, and what carries our secrets need not linger.
    this.agent = new Agent({
      connect: guardedConnector(policy),
      connections: 4,
      pipelining: 0,
      maxHeaderSize: HEADERS_MAX_BYTES,
    });
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
      return {
        status: answer.statusCode,
        retryAfter: answer.headers['retry-after'] ?? null,
        body: await readBounded(answer.body),
      };
    } catch (error) {
      if (error instanceof ImsUnreachableError || error instanceof AddressRefusedError) throw error;
      if (signal.aborted) throw new ImsUnreachableError(`no answer within ${this.timeoutMs} ms`);
      throw new ImsUnreachableError(describe(error), { cause: error });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Connects through the policy's resolver and looks at the peer, because a literal address is not looked up. */
function guardedConnector(policy: AddressPolicy): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: policy.lookup });
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error !== null) {
        callback(error, null);
        return;
      }
      try {
        policy.assertConnected(socket);
      } catch (refusal) {
        socket.destroy();
        callback(refusal as Error, null);
        return;
      }
      // One request per connection: the first bytes begin its answer.
      const head = new AnswerHead();
      head.begin();
      readThrough(socket, head);
      callback(null, socket);
    });
  };
}

async function readBounded(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes > MAX_BODY_BYTES) throw new ImsUnreachableError(`the answer exceeds ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error's code where it has one: messages of network errors are long and name addresses. */
function describe(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown error';
}
