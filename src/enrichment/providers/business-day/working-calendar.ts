import { Temporal } from 'temporal-polyfill';
import { readListRows, rowsByFirst, wordsOfCell } from './list-rows.js';
import type { Place } from './place.js';
import { OTHER_REGION } from './regions.js';

/**
 * How a day is at a place: a working day, a day of rest of every week, a public holiday, or one that the lists leave open: a
 * holiday of some regions when the region is not known, a date that the moon or a decree decides, half a day.
 */
export type DayKind = 'working' | 'rest' | 'holiday' | 'unsure';

/** A public holiday of a place. */
export interface Holiday {
  readonly date: Temporal.PlainDate;
  readonly name: string;
}

interface Entry {
  /** Codes; null for all regions. */
  readonly regions: ReadonlySet<string> | null;
  readonly kind: string;
  readonly name: string;
}

interface CountryCalendar {
  readonly days: ReadonlyMap<number, readonly Entry[]>;
  readonly regions: ReadonlySet<string>;
  readonly hasOtherRegions: boolean;
}

interface WeekEnd {
  readonly rest: ReadonlySet<number>;
  readonly unsure: ReadonlySet<number>;
}

/** Hours until which a weekday's work is sure, where the week-end begins at noon. */
const SHORT_DAYS: Readonly<Record<string, Readonly<Record<number, string>>>> = { AE: { 5: '12:00' } };
/** A holiday further away is of no use, and the lists end. */
const HOLIDAY_WITHIN_DAYS = 366;

/** Working days, week-ends and public holidays of countries, from the lists. */
export class WorkingCalendar {
  private readonly calendars = new Map<string, CountryCalendar | null>();

  constructor(
    private readonly holidays: ReadonlyMap<string, readonly string[][]>,
    private readonly regions: ReadonlyMap<string, readonly string[][]>,
    private readonly weekEnds: ReadonlyMap<string, readonly string[][]>,
    readonly firstYear: number,
    readonly lastYear: number,
  ) {}

  /** Whether the lists have the country. */
  knows(country: string): boolean {
    return this.weekEnds.has(country) && this.holidays.has(country);
  }

  /** Whether the lists have the country in that year. */
  covers(country: string, date: Temporal.PlainDate): boolean {
    return this.knows(country) && this.coversYear(date.year);
  }

  /** How a day is. */
  kindOf(place: Place, date: Temporal.PlainDate): DayKind {
    const { rest, unsure } = this.weekEndOf(place);
    if (rest.has(date.dayOfWeek)) return 'rest';
    const kind = this.kindOfDate(place, date);
    return kind === 'working' && unsure.has(date.dayOfWeek) ? 'unsure' : kind;
  }

  /** How a day is, its weekday left aside. */
  kindOfDate(place: Place, date: Temporal.PlainDate): DayKind {
    const found = this.readDay(place, date);
    if (found.isHoliday) return 'holiday';
    return found.isDoubtful || found.isPartial ? 'unsure' : 'working';
  }

  /** Weekdays (1 is Monday) that are working days for sure; null when one of them is not sure. */
  workingDays(place: Place): readonly number[] | null {
    const { rest, unsure } = this.weekEndOf(place);
    if (!this.knows(place.country) || unsure.size > 0) return null;
    return [1, 2, 3, 4, 5, 6, 7].filter((day) => !rest.has(day));
  }

  /** The hour after which the day's work is no longer sure; null on ordinary days. */
  shortUntil(place: Place, date: Temporal.PlainDate): string | null {
    return SHORT_DAYS[place.country]?.[date.dayOfWeek] ?? null;
  }

  /** The first holiday from a date on; null when another may come before it, or the lists end. */
  nextHoliday(place: Place, from: Temporal.PlainDate): Holiday | null {
    if (!this.knows(place.country)) return null;
    for (let days = 0; days < HOLIDAY_WITHIN_DAYS; days += 1) {
      const date = from.add({ days });
      if (!this.coversYear(date.year)) return null;
      const { isHoliday, isDoubtful, name } = this.readDay(place, date);
      if (isHoliday) return { date, name };
      if (isDoubtful) return null;
    }
    return null;
  }

  private coversYear(year: number): boolean {
    return year >= this.firstYear && year <= this.lastYear;
  }

  private readDay(
    place: Place,
    date: Temporal.PlainDate,
  ): { readonly isHoliday: boolean; readonly isDoubtful: boolean; readonly isPartial: boolean; readonly name: string } {
    const calendar = this.calendarOf(place.country);
    const entries = calendar?.days.get(dayNumber(date)) ?? [];
    const fixed = entries.filter(({ kind }) => kind === 'public');
    const sure = fixed.filter(({ regions }) => holds(regions, place.region) === 'sure');
    const isHoliday = sure.length > 0 || (calendar !== null && reachAll(fixed, calendar));
    const isPossible = (entry: Entry): boolean => holds(entry.regions, place.region) !== 'no';
    const isNear = [-1, 0, 1].some((days) =>
      (calendar?.days.get(dayNumber(date.add({ days }))) ?? []).some(
        (entry) => entry.kind === 'estimated' && isPossible(entry),
      ),
    );
    return {
      isHoliday,
      isDoubtful: isNear || entries.some((entry) => entry.kind !== 'partial' && isPossible(entry)),
      isPartial: entries.some((entry) => entry.kind === 'partial' && isPossible(entry)),
      name: (sure[0] ?? fixed[0])?.name ?? '',
    };
  }

  private weekEndOf({ country, region }: Place): WeekEnd {
    const rows = this.weekEnds.get(country) ?? [];
    const own = region === null ? undefined : rows.find(([, code]) => code === region);
    const usual = toWeekEnd(own ?? rows.find(([, code]) => code === '*'));
    if (region !== null || rows.length < 2) return usual;
    const all = rows.map(toWeekEnd);
    const days = [1, 2, 3, 4, 5, 6, 7];
    const isRest = (day: number): boolean => all.every(({ rest }) => rest.has(day));
    const isWork = (day: number): boolean => all.every(({ rest, unsure }) => !rest.has(day) && !unsure.has(day));
    return {
      rest: new Set(days.filter(isRest)),
      unsure: new Set(days.filter((day) => !isRest(day) && !isWork(day))),
    };
  }

  private calendarOf(country: string): CountryCalendar | null {
    const known = this.calendars.get(country);
    if (known !== undefined) return known;
    const rows = this.holidays.get(country);
    const calendar = rows === undefined ? null : toCalendar(rows, this.regions.get(country) ?? []);
    this.calendars.set(country, calendar);
    return calendar;
  }
}

function holds(regions: ReadonlySet<string> | null, region: string | null): 'sure' | 'perhaps' | 'no' {
  if (regions === null) return 'sure';
  if (region === null) return 'perhaps';
  return regions.has(region) ? 'sure' : 'no';
}

/** A day that every region has under a name of its own. */
function reachAll(entries: readonly Entry[], { regions, hasOtherRegions }: CountryCalendar): boolean {
  if (entries.length < 2 || hasOtherRegions) return false;
  return [...regions].every((region) => entries.some((entry) => entry.regions?.has(region) ?? true));
}

function dayNumber({ year, month, day }: Temporal.PlainDate): number {
  return year * 10_000 + month * 100 + day;
}

function toWeekEnd(row: readonly string[] | undefined): WeekEnd {
  return {
    rest: new Set(wordsOfCell(row?.[2]).map(Number)),
    unsure: new Set(wordsOfCell(row?.[3]).map(Number)),
  };
}

function toCalendar(rows: readonly string[][], regions: readonly string[][]): CountryCalendar {
  const days = new Map<number, Entry[]>();
  for (const [, where = '*', kind = '', name = '', dates] of rows) {
    const entry: Entry = { regions: where === '*' ? null : new Set(wordsOfCell(where)), kind, name };
    let year = 0;
    for (const word of wordsOfCell(dates)) {
      const number = Number(word);
      // Months and days end at 1231; a larger number is a year.
      if (number > 1_231) year = number;
      else days.set(year * 10_000 + number, [...(days.get(year * 10_000 + number) ?? []), entry]);
    }
  }
  const codes = regions.map(([, code = '']) => code);
  return {
    days,
    regions: new Set(codes.filter((code) => code !== OTHER_REGION)),
    hasOtherRegions: codes.includes(OTHER_REGION),
  };
}

/** Reads the lists of holidays and week-ends. A country's days are laid out when it is first asked for. */
export async function readWorkingCalendar(): Promise<WorkingCalendar> {
  const [holidays, regions, weekEnds] = await Promise.all([
    readListRows('holidays.tsv'),
    readListRows('holiday-regions.tsv'),
    readListRows('week-ends.tsv'),
  ]);
  const years = new Set(
    holidays.flatMap(([, , , , dates]) => wordsOfCell(dates).filter((word) => word.length === 4 && word > '1231')),
  );
  const sorted = [...years].map(Number).sort((a, b) => a - b);
  return new WorkingCalendar(
    rowsByFirst(holidays),
    rowsByFirst(regions),
    rowsByFirst(weekEnds),
    sorted[0] ?? 0,
    sorted.at(-1) ?? 0,
  );
}
