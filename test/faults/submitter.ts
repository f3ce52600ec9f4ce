import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { TEST_KEY } from '../support/app.js';
import { leadRequest } from '../support/requests.js';

/** A caller's own patience with one answer. */
const ANSWER_WITHIN_MS = 20_000;
/** Longer than any fault lasts. */
const GIVE_UP_MS = 90_000;

export interface Load {
  /** Submissions under way at once. */
  readonly lanes: number;
  /** Milliseconds a lane pauses between two; 0: as fast as answers come. */
  readonly pauseMs?: number;
  /** Ends by itself after so many; otherwise when told to. */
  readonly count?: number;
}

/** A stream of submissions under way. */
export interface Stream {
  /** Resolves when every submission of a counted stream has been answered. */
  readonly done: Promise<void>;
  /** No new submissions; those under way are still answered or given up. */
  stop(): Promise<void>;
}

/**
 * Plays the caller: submits execution requests, repeats one with the same token after 503, 429 or a broken connection,
 * as the contract asks, and knows exactly what was acknowledged.
 */
export class Submitter {
  /** requestId by token, of everything that was answered 2xx. */
  readonly acknowledged = new Map<string, string>();
  /** Tokens nobody acknowledged before the caller gave up: nothing was promised. */
  readonly givenUp: string[] = [];
  /** Tokens sent and not acknowledged yet: each may be stored or not. */
  readonly underWay = new Set<string>();
  /** Breaches of the promise that show in the answers themselves. */
  readonly violations: string[] = [];
  /** Acknowledgements that took at least one repetition. */
  repeated = 0;
  private closed = false;
  private turn = 0;

  /** @param urls services to submit to, in turn; may change while submissions run. */
  constructor(
    private readonly urls: () => readonly string[],
    private readonly callbackUrl: string,
    private readonly makeBody: (options: { token: string; callbackUrl: string }) => object = leadRequest,
  ) {}

  /** requestIds of everything acknowledged. */
  get ids(): string[] {
    return [...new Set(this.acknowledged.values())];
  }

  /** Submits one until it is acknowledged. @returns its requestId, or null when it gave up. */
  async submit(options: { body?: object; token?: string; giveUpAfterMs?: number } = {}): Promise<string | null> {
    const token = options.token ?? randomUUID();
    const body = options.body ?? this.makeBody({ token, callbackUrl: this.callbackUrl });
    this.underWay.add(token);
    try {
      return await this.submitUntilAcknowledged(token, body, options.giveUpAfterMs ?? GIVE_UP_MS);
    } finally {
      this.underWay.delete(token);
    }
  }

  /** Submits `count`, `lanes` at a time, until all are acknowledged. */
  async submitMany(count: number, lanes = 16): Promise<void> {
    await this.stream({ lanes, count }).done;
  }

  /** Submits steadily. */
  stream({ lanes, pauseMs = 0, count = Number.POSITIVE_INFINITY }: Load): Stream {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0 && !this.closed) {
        left -= 1;
        await this.submit();
        if (pauseMs > 0) await sleep(pauseMs, undefined, { ref: false });
      }
    };
    const done = Promise.all(Array.from({ length: lanes }, lane)).then(() => undefined);
    return {
      done,
      stop: () => {
        left = 0;
        return done;
      },
    };
  }

  /** Ends repetitions: the world is going. */
  close(): void {
    this.closed = true;
  }

  private async submitUntilAcknowledged(token: string, body: object, giveUpAfterMs: number): Promise<string | null> {
    const giveUpAt = performance.now() + giveUpAfterMs;
    for (let attempt = 0; performance.now() < giveUpAt && !this.closed; attempt += 1) {
      const id = await this.tryOnce(body, attempt);
      if (id !== null) {
        if (attempt > 0) this.repeated += 1;
        const before = this.acknowledged.get(token);
        if (before !== undefined && before !== id)
          this.violations.push(`a token was acknowledged as ${before} and ${id}`);
        this.acknowledged.set(token, id);
        return id;
      }
      await sleep(Math.min(50 * 2 ** Math.min(attempt, 3), 400), undefined, { ref: false });
    }
    this.givenUp.push(token);
    return null;
  }

  private async tryOnce(body: object, attempt: number): Promise<string | null> {
    const urls = this.urls();
    const url = urls[(this.turn = (this.turn + 1) % Math.max(urls.length, 1))];
    if (url === undefined) return null;
    try {
      const {
        statusCode,
        headers,
        body: stream,
      } = await request(`${url}/submitAsyncAction`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': TEST_KEY },
        body: JSON.stringify(body),
        headersTimeout: ANSWER_WITHIN_MS,
        bodyTimeout: ANSWER_WITHIN_MS,
      });
      const text = await stream.text();
      if (statusCode >= 200 && statusCode < 300) return (JSON.parse(text) as { requestId: string }).requestId;
      if (statusCode !== 503 && statusCode !== 429) {
        this.violations.push(`intake answered ${statusCode}: ${text.slice(0, 200)}`);
      } else if (headers['retry-after'] === undefined && attempt === 0) {
        this.violations.push(`intake answered ${statusCode} without Retry-After`);
      }
    } catch {
      // Whether it was stored is what a caller cannot know; the token makes repeating it safe.
    }
    return null;
  }
}
