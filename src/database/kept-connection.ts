import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenConnection } from './own-connection.js';
import type { PooledClient } from './pooled-client.js';

/** A half-open connection is found by the question after it; nothing else may be said on it for days. */
const CHECK_EVERY_MS = 5_000;
const CHECK_AGAIN_MS = 2_000;
/** A server that became a standby: the address may lead to the new primary. */
const READ_ONLY = '25006';
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;
const FAREWELL_MS = 500;

export interface KeptConnectionOptions {
  readonly open: OpenConnection;
  /** Runs on every new connection before anything else may. */
  readonly setUp: (client: PooledClient) => Promise<void>;
  /** A statement that shows that the connection does its work. */
  readonly check: string;
  /** The connection works: a new one, or the same after a refusal. */
  readonly onWorks: () => void;
  /** It does not, at every attempt anew. It is tried again by itself. */
  readonly onTrouble: (error: Error) => void;
}

/** There is no connection just now; the next one is on its way. */
export class ConnectionAwayError extends Error {
  readonly code = 'CONNECTION_AWAY';

  constructor() {
    super('the connection is away');
    this.name = 'ConnectionAwayError';
  }
}

/**
 * One connection that is always there or on its way: opened in the background, asked every five seconds, and replaced when
 * it breaks or falls silent. Statements on it run one after the other.
 */
export class KeptConnection {
  private client: PooledClient | null = null;
  private opening: PooledClient | null = null;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private works = false;
  private closed = false;
  private started = false;
  /** The end of the statement before. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: KeptConnectionOptions) {}

  get isStarted(): boolean {
    return this.started;
  }

  /** Whether the connection is there and its last statement succeeded. */
  get isWorking(): boolean {
    return this.client !== null && this.works;
  }

  /** Begins to connect; does nothing when it has begun. */
  start(): void {
    if (this.started) return;
    this.started = true;
    void this.connect();
  }

  /**
   * Runs a statement when those before it have ended.
   * @throws ConnectionAwayError without a connection; the server's error when it refuses, the driver's when it is silent.
   */
  run(text: string, values: readonly unknown[] = []): Promise<void> {
    const turn = this.last.then(() => this.send(text, values));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves within a second, even if the server answers nothing any more. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    const open = [this.client, this.opening].filter((client) => client !== null);
    this.client = this.opening = null;
    for (const client of open) {
      await Promise.race([client.end().catch(() => undefined), sleep(FAREWELL_MS, undefined, { ref: false })]);
      cut(client);
    }
  }

  private async connect(): Promise<void> {
    let client: PooledClient | null = null;
    try {
      client = this.open();
      await client.connect();
      await this.options.setUp(client);
    } catch (error) {
      if (client !== null) cut(client);
      this.fail(error as Error);
      return;
    }
    if (this.isClosed()) {
      cut(client);
      return;
    }
    this.opening = null;
    this.client = client;
    this.failures = 0;
    this.succeed();
    this.checkLater();
  }

  /** @throws when a file that the URL names cannot be read. */
  private open(): PooledClient {
    const client = this.options.open();
    this.opening = client;
    let reason: Error | null = null;
    client.on('error', (error) => (reason ??= error));
    client.once('end', () => this.lose(client, reason ?? new Error('the connection was closed')));
    return client;
  }

  private async send(text: string, values: readonly unknown[]): Promise<void> {
    const { client } = this;
    if (client === null) throw new ConnectionAwayError();
    try {
      await client.query({ text, values: [...values] });
    } catch (error) {
      // A refused statement leaves its connection as good as before; every other error is of the connection.
      const { severity, code } = error as { readonly severity?: unknown; readonly code?: unknown };
      if (severity === 'ERROR' && code !== READ_ONLY) this.refuse(error as Error);
      else this.lose(client, error as Error);
      throw error;
    }
    if (this.client === client) this.succeed();
  }

  private checkLater(): void {
    clearTimeout(this.timer);
    const pauseMs = this.works ? CHECK_EVERY_MS : CHECK_AGAIN_MS;
    this.timer = setTimeout(() => {
      // Its failure has been told, and either another check or another connection follows.
      void this.run(this.options.check)
        .catch(() => undefined)
        .then(() => {
          if (this.client !== null && !this.closed) this.checkLater();
        });
    }, pauseMs).unref();
  }

  private lose(client: PooledClient, error: Error): void {
    if (this.client !== client) return;
    this.client = null;
    cut(client);
    this.fail(error);
  }

  private fail(error: Error): void {
    if (this.closed) return;
    this.tell(error);
    const pauseMs = Math.min(RETRY_FIRST_MS * 2 ** this.failures, RETRY_MAX_MS);
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), pauseMs).unref();
  }

  private refuse(error: Error): void {
    const worked = this.works;
    this.tell(error);
    // Sooner than was planned while it worked; a check that is refused plans the next one by itself.
    if (worked && !this.closed) this.checkLater();
  }

  private tell(error: Error): void {
    this.works = false;
    if (!this.closed) this.options.onTrouble(error);
  }

  private succeed(): void {
    if (this.works) return;
    this.works = true;
    this.options.onWorks();
  }

  private isClosed(): boolean {
    return this.closed;
  }
}

/** At once: the driver's own farewell waits for a server that may be silent. */
function cut(client: PooledClient): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: { destroy(): void } } };
  connection.stream.destroy();
}
