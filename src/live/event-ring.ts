import type { LiveEvent } from './live-event.js';

const KEPT = 1_000;

/** The last events of this process, for streams that go on where they broke off. */
export class EventRing {
  private readonly events: LiveEvent[] = [];
  /** The number of the newest event. */
  private newest = 0;
  /** Events after this one are all here. */
  private floor = 0;

  /** The number of the newest event; 0: there was none. */
  get last(): number {
    return this.newest;
  }

  /** @param make gets the number of the event. */
  add(make: (number: number) => LiveEvent): LiveEvent {
    this.newest += 1;
    const event = make(this.newest);
    this.events.push(event);
    if (this.events.length > KEPT) this.floor = this.events.shift()?.number ?? this.floor;
    return event;
  }

  /** Something was missed: nothing from before can be gone on from. */
  breakOff(): void {
    this.newest += 1;
    this.floor = this.newest;
    this.events.length = 0;
  }

  /** The events after that number; null: not all of them are here. */
  after(number: number): readonly LiveEvent[] | null {
    if (number < this.floor || number > this.newest) return null;
    return this.events.filter((event) => event.number > number);
  }
}
