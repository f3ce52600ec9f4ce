import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Listener } from '../database/listener.js';
import { MigrationStatus } from '../database/migration-status.js';
import { newId } from '../database/new-id.js';
import { Notifier } from '../database/notifier.js';
import { connectionsBeside } from '../database/own-connection.js';
import type { Change } from './changes.js';
import { readPayload, toPayload } from './live-event.js';
import { WatchersRepository } from './watchers.repository.js';

const CHANNEL = 'ricochet_live';
/** How long a change of another process may stay unheard after the first stream of all was opened. */
const LOOK_EVERY_MS = 2_000;
const SAY_EVERY_MS = 10_000;
/** By then every other process has looked. */
const KNOWN_AFTER_MS = LOOK_EVERY_MS + 1_000;
/** The last answer counts for this long while the database says nothing. */
const BELIEVED_MS = 30_000;

/** Hears what others changed; null: something may have been missed. */
export type PeerHeard = (change: Change | null) => void;

/**
 * Carries changes from process to process by NOTIFY. A process listens while it has streams, and says so in a row that
 * the others read every two seconds: to hear of streams by NOTIFY, each process would keep a connection for a console that
 * is closed most of the time. It tells its own changes only while another listens.
 */
@Injectable()
export class LivePeers implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Names this process in the ids of events, too. */
  readonly processId = newId();
  private readonly log = new Logger('Live');
  private listener: Listener | null = null;
  private notifier: Notifier | null = null;
  private heard: PeerHeard = () => undefined;
  private whenOthersWatch: (watch: boolean) => void = () => undefined;
  private watchedUntilMs = -Infinity;
  private looking = false;
  /** A change did not get out: the next word says that something was lost. */
  private lost = false;
  private readonly timers = new Map<'look' | 'say' | 'known', NodeJS.Timeout>();
  private closed = false;
  private leaving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: DataSource,
    private readonly watchers: WatchersRepository,
    private readonly migrations: MigrationStatus,
  ) {}

  onApplicationBootstrap(): void {
    void this.migrations.whenReady().then(() => {
      if (this.closed) return;
      void this.look();
      this.timers.set('look', setInterval(() => void this.look(), LOOK_EVERY_MS).unref());
    });
  }

  /** Others began to listen, or none does any more. */
  follow(whenOthersWatch: (watch: boolean) => void): void {
    this.whenOthersWatch = whenOthersWatch;
  }

  /** Whether another process listens. */
  get othersWatch(): boolean {
    return performance.now() < this.watchedUntilMs;
  }

  /** Begins to hear the others. `heard(null)` follows when it does, and once more when all of them must know of it. */
  listen(heard: PeerHeard): void {
    if (this.closed || this.listener !== null) return;
    this.heard = heard;
    this.listener = new Listener({ open: connectionsBeside(this.source, 'live-listen'), onTrouble: this.trouble });
    this.listener.listen(CHANNEL, (payload) => this.hear(payload));
    void this.say();
    this.timers.set('say', setInterval(() => void this.say(), SAY_EVERY_MS).unref());
    this.timers.set('known', setTimeout(() => this.heard(null), KNOWN_AFTER_MS).unref());
  }

  async stopListening(): Promise<void> {
    const { listener } = this;
    if (listener !== null) {
      this.listener = null;
      this.heard = () => undefined;
      this.stopTimers('say', 'known');
      this.leaving = Promise.all([listener.close(), this.watchers.leave(this.processId).catch(() => undefined)]);
    }
    await this.leaving;
  }

  /** Tells the others; does nothing when none listens. It cannot fail: a change that is lost is told as lost later. */
  tell(change: Change): void {
    if (!this.othersWatch || this.closed) return;
    this.openNotifier();
    this.notify(change);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    this.stopTimers('look', 'say', 'known');
    await Promise.all([this.stopListening(), this.notifier?.close()]);
  }

  private readonly trouble = (error: Error): void => {
    // The stages say that the database is away; here it only means that consoles ask anew afterwards.
    this.log.debug(`Events of other processes do not get through: ${error.message}`);
  };

  private openNotifier(): void {
    this.notifier ??= new Notifier({
      open: connectionsBeside(this.source, 'live-notify'),
      onWorks: () => this.tellLoss(),
      onTrouble: this.trouble,
    });
  }

  private notify(change: Change | null): void {
    this.notifier?.notify(CHANNEL, toPayload({ from: this.processId, change })).catch(() => (this.lost = true));
  }

  private tellLoss(): void {
    if (!this.lost) return;
    this.lost = false;
    this.notify(null);
  }

  private hear(payload: string | null): void {
    if (payload === null) {
      this.heard(null);
      return;
    }
    const said = readPayload(payload);
    // Its own changes reach its streams without a detour.
    if (said === null || said.from === this.processId) return;
    if (said.change === null || said.change.topics.length > 0) this.heard(said.change);
  }

  private async say(): Promise<void> {
    // A farewell under way must not take the new row away.
    await this.leaving;
    // The next one is in time; without any, the others fall silent and the next one makes them speak again.
    await this.watchers.watch(this.processId).catch(() => undefined);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const watch = await this.watchers.othersWatch(this.processId);
      this.watchedUntilMs = watch ? performance.now() + BELIEVED_MS : -Infinity;
    } catch {
      // The last answer counts until it is too old.
    }
    this.looking = false;
    if (this.closed) return;
    this.whenOthersWatch(this.othersWatch);
    if (this.othersWatch) {
      // Before the first change: one that comes while the connection is opened is told as lost.
      this.openNotifier();
      return;
    }
    const { notifier } = this;
    if (notifier === null) return;
    this.notifier = null;
    this.lost = false;
    await notifier.close();
  }

  private stopTimers(...names: readonly ('look' | 'say' | 'known')[]): void {
    for (const name of names) {
      // One call ends timers of both kinds.
      clearTimeout(this.timers.get(name));
      this.timers.delete(name);
    }
  }
}
