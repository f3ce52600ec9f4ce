import { Temporal } from 'temporal-polyfill';
import { ofCountry, type DaySettings, type Hours } from './day-settings.js';
import type { Place } from './place.js';
import type { DayKind, WorkingCalendar } from './working-calendar.js';

/** The answer for one time zone. Null: the lists do not say. */
export interface ContactTime {
  /** UTC, "2026-11-30T08:00:00Z". */
  readonly at: string | null;
  /** With the offset at the place, "2026-11-30T09:00:00+01:00". */
  readonly localTime: string | null;
  readonly workingNow: boolean | null;
  /** "2026-12-25". */
  readonly holiday: string | null;
  readonly holidayName: string | null;
}

/** The longest stretch of days off that a calendar may have; a search beyond it would be a mistake of the settings. */
const SEARCH_DAYS = 60;
const MINUTE_MS = 60_000;

/** Works out working hours and the next slot at a place, in one time zone. */
export class ContactClock {
  constructor(
    private readonly calendar: WorkingCalendar,
    private readonly settings: DaySettings,
    private readonly place: Place,
    private readonly timeZone: string,
  ) {}

  /** @param now in milliseconds since 1970 */
  read(now: number): ContactTime {
    const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(this.timeZone);
    const today = local.toPlainDate();
    const slot = this.nextSlot(now);
    const holiday = this.calendar.nextHoliday(this.place, today);
    return {
      at: slot?.toInstant().toString() ?? null,
      localTime: slot?.toString({ timeZoneName: 'never' }) ?? null,
      workingNow: this.isWorking(local),
      holiday: holiday?.date.toString() ?? null,
      holidayName: holiday?.name ?? null,
    };
  }

  private nextSlot(now: number): Temporal.ZonedDateTime | null {
    // The minute under way is over when anyone can act on the answer.
    const earliest = (Math.floor((now + this.settings.leadMs) / MINUTE_MS) + 1) * MINUTE_MS;
    const first = Temporal.Instant.fromEpochMilliseconds(earliest).toZonedDateTimeISO(this.timeZone).toPlainDate();
    for (let days = 0; days < SEARCH_DAYS; days += 1) {
      const date = first.add({ days });
      if (!this.calendar.covers(this.place.country, date)) return null;
      if (this.kindOf(date) !== 'working') continue;
      for (const { from, to } of this.hoursOf(date)) {
        // Of a time that the clock skips or shows twice, the bounds that leave less are taken.
        const opens = this.instantOf(date, from, 'later');
        const closes = this.instantOf(date, to, 'earlier');
        const start = Math.max(opens, earliest);
        if (start + this.settings.remainingMs <= closes && start < closes) {
          return Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(this.timeZone);
        }
      }
    }
    return null;
  }

  private isWorking(local: Temporal.ZonedDateTime): boolean | null {
    const date = local.toPlainDate();
    if (!this.calendar.covers(this.place.country, date)) return null;
    const kind = this.kindOf(date);
    const time = local.toPlainTime();
    if (kind === 'holiday' || kind === 'rest') return false;
    const hours = ofCountry(this.settings.hours, this.place.country);
    if (!hours.some((one) => isWithin(time, one))) return false;
    if (kind === 'unsure') return null;
    return this.hoursOf(date).some((one) => isWithin(time, one)) ? true : null;
  }

  private kindOf(date: Temporal.PlainDate): DayKind {
    const text = date.toString();
    if (this.settings.closed.has(text) || this.settings.closed.has(text.slice(5))) return 'rest';
    const days = ofCountry(this.settings.workingDays, this.place.country);
    if (days === null) return this.calendar.kindOf(this.place, date);
    if (!days.includes(date.dayOfWeek)) return 'rest';
    return this.calendar.kindOfDate(this.place, date);
  }

  /** The hours of a day that are sure. */
  private hoursOf(date: Temporal.PlainDate): readonly Hours[] {
    const hours = ofCountry(this.settings.hours, this.place.country);
    const until = this.calendar.shortUntil(this.place, date);
    if (until === null) return hours;
    const end = Temporal.PlainTime.from(until);
    return hours
      .filter(({ from }) => Temporal.PlainTime.compare(from, end) < 0)
      .map(({ from, to }) => ({ from, to: Temporal.PlainTime.compare(to, end) > 0 ? end : to }));
  }

  private instantOf(date: Temporal.PlainDate, time: Temporal.PlainTime, disambiguation: 'earlier' | 'later'): number {
    return date.toPlainDateTime(time).toZonedDateTime(this.timeZone, { disambiguation }).epochMilliseconds;
  }
}

function isWithin(time: Temporal.PlainTime, { from, to }: Hours): boolean {
  return Temporal.PlainTime.compare(time, from) >= 0 && Temporal.PlainTime.compare(time, to) < 0;
}
