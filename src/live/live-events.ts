import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RequestError } from '../http/request-error.js';
import { Drain } from '../queue/drain.js';
import { type Change, ChangeCollector, changes } from './changes.js';
import { EventRing } from './event-ring.js';
import { EventStream } from './event-stream.js';
import { changedEvent, greeting, type LiveEvent, resyncEvent } from './live-event.js';
import { LivePeers } from './live-peers.js';
import { eventsSent, openStreams, resyncs } from './live.metrics.js';
import { type StreamCredential, StreamCredentials } from './stream-credentials.js';

const STREAMS_MAX = 100;
const RETRY_AFTER_SECONDS = 30;
const BEAT_EVERY_MS = 15_000;
/** Within this time after log-out, or after the end of a key, its streams end in every process. */
const CHECK_EVERY_MS = 5_000;
/** A console that reloads its page, or loses its connection, goes on where it was. */
const LINGER_MS = 30_000;
const LAST_EVENT_ID = /^([0-9a-f-]{36}):(\d{1,15})$/;

/** Gives what changes, in this process and in the others, to the streams that are open here. */
@Injectable()
export class LiveEvents implements OnApplicationBootstrap {
  private readonly streams = new Map<EventStream, StreamCredential>();
  private readonly ring = new EventRing();
  private readonly forPeers = new ChangeCollector((change) => this.peers.tell(change));
  /** With the changes of the others: a stream gets as few events from many processes as from one. */
  private readonly forStreams = new ChangeCollector((change) => this.giveAll(this.eventOf(change)));
  private readonly timers: NodeJS.Timeout[] = [];
  private lingering: NodeJS.Timeout | null = null;
  private active = false;
  private checking = false;

  constructor(
    private readonly peers: LivePeers,
    private readonly credentials: StreamCredentials,
    private readonly drain: Drain,
  ) {}

  onApplicationBootstrap(): void {
    this.peers.follow((watch) => {
      if (watch) changes.watch(this.forPeers);
      else changes.unwatch(this.forPeers);
    });
    // The streams end at once; the farewell to the other processes needs the database, which later steps close.
    this.drain.signal.addEventListener('abort', () => this.close(), { once: true });
    this.drain.register(0, 'events', () => this.peers.stopListening());
  }

  /**
   * @param lastEventId that of the client's last event; one that this process cannot go on from begins with a `resync`
   * @throws RequestError 503 when there are too many.
   */
  open(credential: StreamCredential, lastEventId: string | null): EventStream {
    if (this.drain.draining || this.streams.size >= STREAMS_MAX) {
      const message = `At most ${STREAMS_MAX} streams are open in a process: close one, or try again later`;
      throw new RequestError(503, 'SERVICE_UNAVAILABLE', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    this.activate();
    const { processId } = this.peers;
    const stream = new EventStream({
      greeting: greeting(processId, this.ring.last),
      resync: (number) => resyncEvent(processId, number),
      onOverflow: () => resyncs.inc({ cause: 'overflow' }),
    });
    this.streams.set(stream, credential);
    openStreams.set(this.streams.size);
    stream.once('close', () => this.forget(stream));
    if (lastEventId !== null) this.resume(stream, lastEventId);
    return stream;
  }

  /** The number of the last event of this process; answers that begin now show all that it tells of. */
  get last(): number {
    return this.ring.last;
  }

  /** The number of an event of this process; null for every other text. */
  numberOf(eventId: string): number | null {
    const [, processId, number] = LAST_EVENT_ID.exec(eventId) ?? [];
    return processId === this.peers.processId ? Number(number) : null;
  }

  private resume(stream: EventStream, lastEventId: string): void {
    const number = this.numberOf(lastEventId);
    const missed = number === null ? null : this.ring.after(number);
    for (const event of missed ?? [resyncEvent(this.peers.processId, this.ring.last)]) this.give(stream, event);
    if (missed === null) resyncs.inc({ cause: 'resume' });
  }

  private eventOf(change: Change): LiveEvent {
    return this.ring.add((number) => changedEvent(this.peers.processId, number, change));
  }

  private heard(change: Change | null): void {
    if (change !== null) {
      for (const topic of change.topics) this.forStreams.add(topic);
      for (const id of change.ids) this.forStreams.addId(id);
      return;
    }
    this.ring.breakOff();
    resyncs.inc({ cause: 'lost' }, this.streams.size);
    this.giveAll(resyncEvent(this.peers.processId, this.ring.last));
  }

  private giveAll(event: LiveEvent): void {
    for (const stream of this.streams.keys()) this.give(stream, event);
  }

  private give(stream: EventStream, event: LiveEvent): void {
    stream.send(event);
    eventsSent.inc();
  }

  private activate(): void {
    if (this.lingering !== null) clearTimeout(this.lingering);
    this.lingering = null;
    if (this.active) return;
    this.active = true;
    changes.watch(this.forStreams);
    this.peers.listen((change) => this.heard(change));
    this.timers.push(
      setInterval(() => this.beat(), BEAT_EVERY_MS).unref(),
      setInterval(() => void this.check(), CHECK_EVERY_MS).unref(),
    );
  }

  private forget(stream: EventStream): void {
    if (!this.streams.delete(stream)) return;
    openStreams.set(this.streams.size);
    if (this.streams.size > 0 || !this.active) return;
    this.lingering ??= setTimeout(() => this.deactivate(), LINGER_MS).unref();
  }

  private deactivate(): void {
    this.lingering = null;
    if (!this.active) return;
    this.active = false;
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    // Nothing is heard from now on.
    this.ring.breakOff();
    changes.unwatch(this.forStreams);
    void this.peers.stopListening();
  }

  private beat(): void {
    const nowMs = performance.now();
    for (const stream of [...this.streams.keys()]) {
      if (stream.isStalled(nowMs)) stream.destroy();
      else stream.beat();
    }
  }

  /** One question for all streams of a credential. */
  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    const ended = await this.credentials.findEnded(new Set(this.streams.values()));
    this.checking = false;
    for (const [stream, credential] of this.streams) if (ended.has(credential.name)) stream.finish();
  }

  private close(): void {
    for (const stream of [...this.streams.keys()]) stream.finish();
    this.deactivate();
    changes.unwatch(this.forPeers);
  }
}
