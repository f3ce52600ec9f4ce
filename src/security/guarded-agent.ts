import { Agent, buildConnector, type Dispatcher } from 'undici';
import { AnswerHead, HEADERS_MAX_BYTES, readThrough } from '../http/answer-head.js';
import type { AddressPolicy } from './address-policy.js';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * An agent for the few requests that carry or fetch credentials: it connects only where the policy allows, and keeps no
 * connection (pipelining 0), as secrets need not linger on one.
 */
export function guardedAgent(policy: AddressPolicy): Agent {
  return new Agent({
    connect: guardedConnector(policy),
    connections: 4,
    pipelining: 0,
    maxHeaderSize: HEADERS_MAX_BYTES,
  });
}

/** The body as text; null when it is longer than `maxBytes`, and is read no further. */
export async function readBounded(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error's code where it has one: messages of network errors are long and name addresses. */
export function describeNetworkError(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown error';
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
