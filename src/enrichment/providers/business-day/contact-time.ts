import { Temporal } from 'temporal-polyfill';
import { civilDay, civilText, weekdayOf, type CivilDay } from './civil-day.js';
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
    const slot = this.nextSlot(now);
    const holiday = this.calendar.nextHoliday(this.place, dayOf(local));
    return {
      at: slot?.toInstant().toString() ?? null,
      localTime: slot?.toString({ timeZoneName: 'never' }) ?? null,
      workingNow: this.isWorking(local),
      holiday: holiday === null ? null : civilText(holiday.day),
      holidayName: holiday?.name ?? null,
    };
  }

  private nextSlot(now: number): Temporal.ZonedDateTime | null {
    // The minute under way is over when anyone can act on the answer.
    const earliest = (Math.floor((now + this.settings.leadMs) / MINUTE_MS) + 1) * MINUTE_MS;
    const first = dayOf(Temporal.Instant.fromEpochMilliseconds(earliest).toZonedDateTimeISO(this.timeZone));
    for (let day = first; day < first + SEARCH_DAYS; day += 1) {
      if (!this.calendar.covers(this.place.country, day)) return null;
      if (this.kindOf(day) !== 'working') continue;
      for (const { from, to } of this.hoursOf(day)) {
        // Of a time that the clock skips or shows twice, the bounds that leave less are taken.
        const opens = this.instantOf(day, from, 'later');
        const closes = this.instantOf(day, to, 'earlier');
        const start = Math.max(opens, earliest);
        if (start + this.settings.remainingMs <= closes && start < closes) {
          return Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(this.timeZone);
        }
      }
    }
    return null;
  }

  private isWorking(local: Temporal.ZonedDateTime): boolean | null {
    const day = dayOf(local);
    if (!this.calendar.covers(this.place.country, day)) return null;
    const kind = this.kindOf(day);
    const time = local.toPlainTime();
    if (kind === 'holiday' || kind === 'rest') return false;
    const hours = ofCountry(this.settings.hours, this.place.country);
    if (!hours.some((one) => isWithin(time, one))) return false;
    if (kind === 'unsure') return null;
    return this.hoursOf(day).some((one) => isWithin(time, one)) ? true : null;
  }

  private kindOf(day: CivilDay): DayKind {
    const { closed, workingDays } = this.settings;
    if (closed.size > 0) {
      const text = civilText(day);
      if (closed.has(text) || closed.has(text.slice(5))) return 'rest';
    }
    const days = ofCountry(workingDays, this.place.country);
    if (days === null) return this.calendar.kindOf(this.place, day);
    if (!days.includes(weekdayOf(day))) return 'rest';
    return this.calendar.kindOfDate(this.place, day);
  }

  /** The hours of a day that are sure. */
  private hoursOf(day: CivilDay): readonly Hours[] {
    const hours = ofCountry(this.settings.hours, this.place.country);
    const until = this.calendar.shortUntil(this.place, day);
    if (until === null) return hours;
    const end = Temporal.PlainTime.from(until);
    return hours
      .filter(({ from }) => Temporal.PlainTime.compare(from, end) < 0)
      .map(({ from, to }) => ({ from, to: Temporal.PlainTime.compare(to, end) > 0 ? end : to }));
  }

  private instantOf(day: CivilDay, time: Temporal.PlainTime, disambiguation: 'earlier' | 'later'): number {
    const local = Temporal.PlainDate.from(civilText(day)).toPlainDateTime(time);
    return local.toZonedDateTime(this.timeZone, { disambiguation }).epochMilliseconds;
  }
}

function dayOf({ year, month, day }: Temporal.ZonedDateTime): CivilDay {
  return civilDay(year, month, day);
}

function isWithin(time: Temporal.PlainTime, { from, to }: Hours): boolean {
  return Temporal.PlainTime.compare(time, from) >= 0 && Temporal.PlainTime.compare(time, to) < 0;
}
