/** The owner of a tally. `all` is every service together, so that the overview need not add them up. */
export type TallyKind = 'all' | 'service' | 'destination';

/** Subjects of the kind `all`. Of actions, of callbacks of events, and of the attempts at callbacks of either. */
export const TOTALS = Object.freeze({
  actions: '',
  events: 'events',
  actionAttempts: 'action-attempts',
  eventAttempts: 'event-attempts',
});

/** So many times something happened to a subject since the tallies were taken last. */
export interface Tally {
  readonly kind: TallyKind;
  readonly subject: string;
  /** `accepted`, `delivered`, `failed`, `attempts`, `error:<name>`, or `ms:<bucket>`. */
  readonly name: string;
  readonly count: number;
}

/** Two buckets to each doubling: the bounds of one are a factor of 1.4 apart. The last one begins at two hours. */
export const TIME_BUCKETS = 48;
/** Of names of failures; the rest of a text may be anything. */
const ERROR_MAX = 40;
/** Beyond it nothing new is counted until the next taking: a million destinations must not fill the memory. */
const KEYS_MAX = 50_000;
const TIME_NAMES = Array.from({ length: TIME_BUCKETS }, (_, bucket) => `ms:${bucket}`);

/** The bucket of a duration in milliseconds. */
export function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.min(Math.ceil(2 * Math.log2(ms)), TIME_BUCKETS - 1);
}

/** The durations of a bucket: longer than the first, at most the second. The last bucket has no end, so its bounds are equal. */
export function boundsOfBucket(bucket: number): readonly [above: number, atMost: number] {
  const above = bucket === 0 ? 0 : 2 ** ((bucket - 1) / 2);
  return [above, bucket === TIME_BUCKETS - 1 ? above : 2 ** (bucket / 2)];
}

/**
 * Counts of this process since they were written last. A count costs an addition in memory and no statement: the
 * writer puts all of it into Postgres every few seconds. A transaction that is rolled back and repeated may be counted
 * twice, and a process that is killed loses its last seconds: these numbers are for charts, the tables are the books.
 */
export class Tallies {
  private counts = newCounts();
  private keys = 0;

  accepted(service: string): void {
    this.add('all', '', 'accepted');
    this.add('service', service, 'accepted');
  }

  /** @param ms from the acceptance to the callback. */
  calledBack(service: string, ms: number): void {
    const time = timeName(ms);
    for (const name of ['delivered', time]) {
      this.add('all', '', name);
      this.add('service', service, name);
    }
  }

  /** The action ended without its callback. @param why one sentence, of which only a leading name is kept. */
  failed(service: string, why: string): void {
    const error = `error:${nameIn(why)}`;
    for (const name of ['failed', error]) {
      this.add('all', '', name);
      this.add('service', service, name);
    }
  }

  /** Its pipeline failed; the action goes on to a callback that says so. */
  enrichmentFailed(service: string, code: string): void {
    const error = `error:${nameIn(code)}`;
    this.add('all', '', error);
    this.add('service', service, error);
  }

  /**
   * An attempt at a callback, whether it is tried again or not.
   *
   * @param owner of the callback: an action, or an event
   * @param error null: the receiver took it
   */
  attempted(owner: 'action' | 'event', destinationId: string, error: string | null, ms: number): void {
    const total = owner === 'action' ? TOTALS.actionAttempts : TOTALS.eventAttempts;
    for (const name of ['attempts', error === null ? 'delivered' : `error:${nameIn(error)}`]) {
      this.add('destination', destinationId, name);
      this.add('all', total, name);
    }
    this.add('destination', destinationId, timeName(ms));
  }

  /** The callback of an event arrived. @param ms from the event; null: a person sent it again, so the time says nothing. */
  eventDelivered(ms: number | null): void {
    this.add('all', TOTALS.events, 'delivered');
    if (ms !== null) this.add('all', TOTALS.events, timeName(ms));
  }

  /** The callback of an event was given up, or expired. @param why as {@link failed} */
  eventFailed(why: string): void {
    for (const name of ['failed', `error:${nameIn(why)}`]) this.add('all', TOTALS.events, name);
  }

  /** All there is, which begins anew. */
  take(): Tally[] {
    const taken: Tally[] = [];
    for (const [kind, subjects] of Object.entries(this.counts) as [TallyKind, Subjects][]) {
      for (const [subject, names] of subjects) {
        for (const [name, count] of names) taken.push({ kind, subject, name, count });
      }
    }
    this.counts = newCounts();
    this.keys = 0;
    return taken;
  }

  /** Tallies that could not be written go with the next. */
  putBack(tallies: readonly Tally[]): void {
    for (const { kind, subject, name, count } of tallies) this.add(kind, subject, name, count);
  }

  /** Maps within maps: a key joined of three texts would have to be hashed anew for each count. */
  private add(kind: TallyKind, subject: string, name: string, count = 1): void {
    const subjects = this.counts[kind];
    let names = subjects.get(subject);
    const before = names?.get(name);
    if (before === undefined) {
      if (this.keys >= KEYS_MAX) return;
      this.keys += 1;
    }
    if (names === undefined) {
      names = new Map();
      subjects.set(subject, names);
    }
    names.set(name, (before ?? 0) + count);
  }
}

type Subjects = Map<string, Map<string, number>>;

function newCounts(): Readonly<Record<TallyKind, Subjects>> {
  return { all: new Map(), service: new Map(), destination: new Map() };
}

function timeName(ms: number): string {
  return TIME_NAMES[bucketOf(ms)] ?? '';
}

/** `answered 404; every attempt was made` is `answered 404`, `connect: refused by …` is `connect`. */
function nameIn(text: string): string {
  const name = /^(?:answered \d{3}|[A-Za-z][\w-]*)/.exec(text)?.[0] ?? 'other';
  return name.slice(0, ERROR_MAX);
}

/** Of this process, as its metrics are: a place that counts knows nothing of Postgres. */
export const tallies = new Tallies();
