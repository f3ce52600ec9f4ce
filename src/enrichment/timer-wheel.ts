/** A deadline that has not come yet. Opaque: hand it back to {@link TimerWheel.cancel}. */
export interface WheelTimer {
  readonly onDue: () => void;
  /** Whole turns of the wheel still to go when its slot comes by. */
  turns: number;
  /** Neighbours in its slot; null when it is in none any more. */
  previous: WheelTimer | null;
  next: WheelTimer | null;
}

/**
 * Keeps thousands of deadlines on one interval. Never early, at most two ticks late: for deadlines of seconds that
 * almost never come. Two ways lost: an AbortSignal per deadline, and slots that are Sets (their tables keep cancelled
 * deadlines alive across collections).
 */
export class TimerWheel {
  /** Each slot is a ring of timers around a head that is none. */
  private readonly slots: WheelTimer[];
  private interval: NodeJS.Timeout | null = null;
  /** The slot that is emptied next, and when. */
  private current = 0;
  private nextTickAtMs = 0;
  private pending = 0;

  constructor(
    private readonly tickMs = 50,
    slotCount = 1024,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.slots = Array.from({ length: slotCount }, newHead);
  }

  /** Deadlines that have not come yet. */
  get size(): number {
    return this.pending;
  }

  /** Calls `onDue` once, `delayMs` from now at the earliest. It must not throw. */
  schedule(delayMs: number, onDue: () => void): WheelTimer {
    if (this.interval === null) this.start();
    const ticks = Math.max(Math.ceil((this.now() + delayMs - this.nextTickAtMs) / this.tickMs), 0);
    const head = this.slots[(this.current + ticks) % this.slots.length] ?? newHead();
    const timer = { onDue, turns: Math.floor(ticks / this.slots.length), previous: head.previous, next: head };
    if (head.previous !== null) head.previous.next = timer;
    head.previous = timer;
    this.pending += 1;
    return timer;
  }

  /** Forgets a deadline; one that has come already is no error. */
  cancel(timer: WheelTimer): void {
    const { previous, next } = timer;
    if (previous === null || next === null) return;
    previous.next = next;
    next.previous = previous;
    // Cut, or a dead timer that was promoted would keep its younger neighbours alive.
    timer.previous = null;
    timer.next = null;
    this.pending -= 1;
  }

  /** Forgets every deadline. */
  stop(): void {
    if (this.interval !== null) clearInterval(this.interval);
    this.interval = null;
    if (this.pending === 0) return;
    for (const head of this.slots) {
      for (const timer of timersOf(head)) this.cancel(timer);
    }
  }

  private start(): void {
    this.nextTickAtMs = this.now() + this.tickMs;
    this.interval = setInterval(() => this.advance(), this.tickMs);
    // A socket keeps the process alive while a step waits; an idle wheel does not.
    this.interval.unref();
  }

  /** Catches up with the clock: a stalled event loop skips ticks of the interval, not deadlines. */
  private advance(): void {
    const now = this.now();
    while (this.nextTickAtMs <= now) {
      const head = this.slots[this.current];
      this.current = (this.current + 1) % this.slots.length;
      this.nextTickAtMs += this.tickMs;
      if (head !== undefined && head.next !== head) this.empty(head);
    }
    if (this.pending === 0) this.stop();
  }

  private empty(head: WheelTimer): void {
    for (const timer of timersOf(head)) {
      if (timer.turns > 0) {
        timer.turns -= 1;
      } else if (timer.next !== null) {
        // Otherwise a timer that fired before it cancelled it.
        this.cancel(timer);
        timer.onDue();
      }
    }
  }
}

function newHead(): WheelTimer {
  const head: WheelTimer = { onDue: () => undefined, turns: 0, previous: null, next: null };
  head.previous = head;
  head.next = head;
  return head;
}

/** A copy: deadlines may be cancelled and scheduled while it is walked. */
function timersOf(head: WheelTimer): WheelTimer[] {
  const timers: WheelTimer[] = [];
  for (let timer = head.next; timer !== null && timer !== head; timer = timer.next) timers.push(timer);
  return timers;
}
