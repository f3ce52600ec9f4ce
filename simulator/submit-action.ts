import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';

export type SubmitAnswer =
  | { readonly kind: 'acknowledged'; readonly requestId: string }
  /** A sentence, without the token. */
  | { readonly kind: 'refused'; readonly reason: string };

const MAX_ATTEMPTS = 10;
const MAX_WAIT_MS = 30_000;

/**
 * Submits one execution request, and again with the same token when the service is busy (429, 503) or out of reach,
 * waiting as long as Retry-After says, ten times at most.
 */
export async function submitAction(
  url: string,
  text: string,
  credentials: Readonly<Record<string, string>>,
  dispatcher: Dispatcher,
  signal?: AbortSignal,
): Promise<SubmitAnswer> {
  let reason = 'never sent';
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    let waitMs = Math.min(100 * 2 ** attempt, 5000);
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher,
        signal,
        headers: { 'content-type': 'application/json', ...credentials },
        body: text,
      });
      const body = await answer.body.text();
      if (answer.statusCode === 200 || answer.statusCode === 201) return readAcknowledgement(body);
      reason = `the service refused a request: ${answer.statusCode} ${messageOf(body)}`;
      if (answer.statusCode !== 429 && answer.statusCode !== 503) return { kind: 'refused', reason };
      waitMs = retryAfterMs(answer.headers['retry-after']) ?? waitMs;
    } catch (error) {
      signal?.throwIfAborted();
      reason = `the service could not be reached: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (attempt < MAX_ATTEMPTS) await sleep(Math.min(waitMs, MAX_WAIT_MS), undefined, { signal });
  }
  return { kind: 'refused', reason };
}

/** Milliseconds a Retry-After header asks for, in seconds or as a date; null when it says neither. */
export function retryAfterMs(header: string | string[] | undefined): number | null {
  if (Array.isArray(header)) {
    const waits = header.map((value) => retryAfterMs(value)).filter((wait) => wait !== null);
    return waits.length === 0 ? null : Math.max(...waits);
  }
  const value = header;
  if (value === undefined) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function readAcknowledgement(body: string): SubmitAnswer {
  const { requestId, status, message } = recordOf(body);
  if (typeof requestId !== 'string' || requestId === '') {
    return { kind: 'refused', reason: 'the acknowledgement has no requestId' };
  }
  if (status !== 'accepted')
    return { kind: 'refused', reason: 'the acknowledgement does not say "status": "accepted"' };
  if (typeof message !== 'string') return { kind: 'refused', reason: 'the acknowledgement has no message' };
  return { kind: 'acknowledged', requestId };
}

function messageOf(body: string): string {
  const { code, message } = recordOf(body);
  return [code, message].filter((part) => typeof part === 'string').join(': ');
}

function recordOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // Whatever it is, it is no acknowledgement: the caller says so.
    return {};
  }
}
