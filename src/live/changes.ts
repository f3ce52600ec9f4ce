import type { Topic } from './topics.js';

/** The sum of changes of a short time. `ids` are of actions and deliveries, the first 50 of them. */
export interface Change {
  readonly topics: readonly Topic[];
  readonly ids: readonly string[];
}

/** Most ids in one change: a page of a list. */
export const IDS_MAX = 50;
/** Changes of this time become one: at most twenty a second leave a process. */
const GATHER_MS = 50;

/** Gathers changes until they are worth telling. */
export class ChangeCollector {
  private topics = new Set<Topic>();
  private ids = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  /** @param tell must not throw. */
  constructor(private readonly tell: (change: Change) => void) {}

  add(topic: Topic, id?: string): void {
    this.topics.add(topic);
    if (id !== undefined && this.ids.size < IDS_MAX) this.ids.add(id);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  /** Forgets what it has gathered. */
  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.topics = new Set();
    this.ids = new Set();
  }

  private flush(): void {
    const change = { topics: [...this.topics], ids: [...this.ids] };
    this.clear();
    this.tell(change);
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
