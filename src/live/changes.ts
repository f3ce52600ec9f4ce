import type { Topic } from './topics.js';

/** The sum of changes of a short time. `ids` are of actions and deliveries, the first 50 of them. */
export interface Change {
  readonly topics: readonly Topic[];
  readonly ids: readonly string[];
}

/** Most ids in one change: a page of a list. */
export const IDS_MAX = 50;
/** Changes of this time become one. */
const GATHER_MS = 50;
/**
 * A topic that was told of waits this long for its next time. Pages ask once a second at most: telling them twenty times a
 * second cost more than their requests.
 */
const PACE_MS = 1_000;

/** Gathers changes until they are worth telling: the first of a topic soon, those that follow it once in a second. */
export class ChangeCollector {
  private topics = new Set<Topic>();
  private ids = new Set<string>();
  private readonly toldAtMs = new Map<Topic, number>();
  private timer: NodeJS.Timeout | null = null;
  private dueAtMs = Infinity;

  /** @param tell must not throw. */
  constructor(private readonly tell: (change: Change) => void) {}

  add(topic: Topic, id?: string): void {
    if (id !== undefined) this.addId(id);
    if (this.topics.has(topic)) return;
    this.topics.add(topic);
    const nowMs = performance.now();
    this.wakeAt(Math.max(nowMs + GATHER_MS, (this.toldAtMs.get(topic) ?? -Infinity) + PACE_MS), nowMs);
  }

  /** Beside a topic that was added. */
  addId(id: string): void {
    if (this.ids.size < IDS_MAX) this.ids.add(id);
  }

  /** Forgets what it has gathered, and what it told. */
  clear(): void {
    this.empty();
    this.toldAtMs.clear();
  }

  private wakeAt(atMs: number, nowMs: number): void {
    if (atMs >= this.dueAtMs) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAtMs = atMs;
    this.timer = setTimeout(() => this.flush(), atMs - nowMs).unref();
  }

  private flush(): void {
    const change = { topics: [...this.topics], ids: [...this.ids] };
    this.empty();
    const nowMs = performance.now();
    for (const topic of change.topics) this.toldAtMs.set(topic, nowMs);
    this.tell(change);
  }

  private empty(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.dueAtMs = Infinity;
    this.topics = new Set();
    this.ids = new Set();
  }
}

/**
 * The changes that this process makes, for those who watch. While none does, a change costs one comparison. It knows
 * nothing of Postgres, as the tallies do not: a place that marks a change waits for nothing and cannot fail by it.
 */
export class Changes {
  private readonly collectors = new Set<ChangeCollector>();
  /** Marks of transactions that are not committed. */
  private readonly waiting = new WeakMap<object, (readonly [Topic, string | undefined])[]>();
  /** The transaction behind another view of it. */
  private readonly roots = new WeakMap<object, object>();

  get watched(): boolean {
    return this.collectors.size > 0;
  }

  /** From now on its changes are gathered there, too. */
  watch(collector: ChangeCollector): void {
    this.collectors.add(collector);
  }

  unwatch(collector: ChangeCollector): void {
    this.collectors.delete(collector);
    collector.clear();
  }

  /** A change that is committed. */
  mark(topic: Topic, id?: string): void {
    for (const collector of this.collectors) collector.add(topic, id);
  }

  /** A change that counts when its transaction is committed. One that was told before would show the row as it was. */
  markIn(tx: object, topic: Topic, id?: string): void {
    if (!this.watched) return;
    const root = this.roots.get(tx) ?? tx;
    const marks = this.waiting.get(root);
    if (marks === undefined) this.waiting.set(root, [[topic, id]]);
    else marks.push([topic, id]);
  }

  /** Marks in `view` are those of the transaction `tx`. */
  alias(view: object, tx: object): void {
    if (this.watched) this.roots.set(view, this.roots.get(tx) ?? tx);
  }

  committed(tx: object): void {
    if (!this.watched) return;
    for (const [topic, id] of this.waiting.get(tx) ?? []) this.mark(topic, id);
    this.waiting.delete(tx);
  }
}

/** Of this process. */
export const changes = new Changes();
