import type { PooledClient } from './pooled-client.js';
import { KeptConnection } from './kept-connection.js';
import type { OpenConnection } from './own-connection.js';
import { settleSession } from './session-settings.js';

/** Hears a payload; null: something may have been said while no connection listened. It must not throw. */
export type Heard = (payload: string | null) => void;

export interface ListenerOptions {
  readonly open: OpenConnection;
  readonly onWorks?: () => void;
  readonly onTrouble: (error: Error) => void;
}

/**
 * The connection on which a process hears what others NOTIFY, one for all channels. It listens again by itself after every
 * break. PostgreSQL keeps nothing for those who were away, so each channel is then told to look for itself.
 */
export class Listener {
  private readonly channels = new Map<string, Heard>();
  private readonly connection: KeptConnection;

  constructor(options: ListenerOptions) {
    this.connection = new KeptConnection({
      open: options.open,
      setUp: (client) => this.setUp(client),
      check: 'SELECT 1',
      onWorks: () => {
        options.onWorks?.();
        for (const heard of this.channels.values()) heard(null);
      },
      onTrouble: options.onTrouble,
    });
  }

  /** Whether it listens now; nothing that it was never asked for can be missed. */
  get isWorking(): boolean {
    return !this.connection.isStarted || this.connection.isWorking;
  }

  isListeningTo(channel: string): boolean {
    return this.channels.has(channel);
  }

  /** @param channel a plain name of at most 63 letters, digits and underscores. One listener per channel. */
  listen(channel: string, heard: Heard): void {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(channel)) throw new Error(`${channel} is no name of a channel`);
    if (this.channels.has(channel)) throw new Error(`Channel ${channel} already has a listener in this process`);
    this.channels.set(channel, heard);
    if (!this.connection.isStarted) {
      this.connection.start();
      return;
    }
    if (!this.connection.isWorking) return;
    this.connection.run(`LISTEN ${channel}`).then(
      () => heard(null),
      // The next connection listens to it, or none is needed any more.
      () => undefined,
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async setUp(client: PooledClient): Promise<void> {
    client.on('notification', ({ channel, payload }) => this.channels.get(channel)?.(payload ?? ''));
    await settleSession(client);
    for (const channel of this.channels.keys()) await client.query(`LISTEN ${channel}`);
  }
}
