import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

/**
 * The embedded PostgreSQL on its way up. It may begin before there is an application: the server then starts on another core
 * while this process loads its code.
 */
export class EmbeddedStart {
  private readonly server: Promise<EmbeddedPostgres>;
  private readonly untold: string[] = [];
  private log: ((message: string) => void) | null = null;
  private end: (() => Promise<void>) | null = null;

  constructor(dataDir: string) {
    this.server = startEmbeddedPostgres({ dataDir, log: (message) => this.tell(message) });
    // A failure is for the caller of `take`, who may come later.
    this.server.catch(() => undefined);
  }

  /**
   * Resolves with the server once it runs.
   * @param log hears of its start, also of what was said before
   * @param end closes the connections of the taker and stops the server; safe to be called twice
   */
  take(log: (message: string) => void, end: () => Promise<void>): Promise<EmbeddedPostgres> {
    this.log = log;
    this.end = end;
    for (const message of this.untold.splice(0)) log(message);
    return this.server;
  }

  /** Ends the server unless another service uses it. Does nothing for one that failed to start or was stopped before. */
  async stop(): Promise<void> {
    // First, and not after the server is up: connections of its taker would look like those of another service.
    await this.end?.();
    const server = await this.server.catch(() => null);
    await server?.stop();
  }

  private tell(message: string): void {
    if (this.log === null) this.untold.push(message);
    else this.log(message);
  }
}
