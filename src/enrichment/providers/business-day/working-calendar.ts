import { civilDay, weekdayOf, yearOf, type CivilDay } from './civil-day.js';
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
  readonly day: CivilDay;
  readonly name: string;
}

interface Entry {
  /** Codes; null for all regions. */
  readonly regions: ReadonlySet<string> | null;
  readonly kind: string;
  readonly name: string;
}

interface DayReading {
  readonly isHoliday: boolean;
  /** It may be a holiday. */
  readonly isDoubtful: boolean;
  readonly isPartial: boolean;
  readonly name: string;
}

const ORDINARY: DayReading = Object.freeze({ isHoliday: false, isDoubtful: false, isPartial: false, name: '' });

interface CountryCalendar {
  readonly days: ReadonlyMap<CivilDay, readonly Entry[]>;
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
  covers(country: string, day: CivilDay): boolean {
    return this.knows(country) && this.coversYear(yearOf(day));
  }

  /** How a day is. */
  kindOf(place: Place, day: CivilDay): DayKind {
    const { rest, unsure } = this.weekEndOf(place);
    if (rest.has(weekdayOf(day))) return 'rest';
    const kind = this.kindOfDate(place, day);
    return kind === 'working' && unsure.has(weekdayOf(day)) ? 'unsure' : kind;
  }

  /** How a day is, its weekday left aside. */
  kindOfDate(place: Place, day: CivilDay): DayKind {
    const found = this.readDay(place, day);
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
  shortUntil(place: Place, day: CivilDay): string | null {
    return SHORT_DAYS[place.country]?.[weekdayOf(day)] ?? null;
  }

  /** The first holiday from a date on; null when another may come before it, or the lists end. */
  nextHoliday(place: Place, from: CivilDay): Holiday | null {
    if (!this.knows(place.country)) return null;
    for (let day = from; day < from + HOLIDAY_WITHIN_DAYS; day += 1) {
      if (!this.coversYear(yearOf(day))) return null;
      const { isHoliday, isDoubtful, name } = this.readDay(place, day);
      if (isHoliday) return { day, name };
      if (isDoubtful) return null;
    }
    return null;
  }

  private coversYear(year: number): boolean {
    return year >= this.firstYear && year <= this.lastYear;
  }

  private readDay(place: Place, day: CivilDay): DayReading {
    const calendar = this.calendarOf(place.country);
    const entries = calendar?.days.get(day);
    if (calendar === null || entries === undefined) return ORDINARY;
    const fixed = entries.filter(({ kind }) => kind === 'public');
    const sure = fixed.filter(({ regions }) => holds(regions, place.region) === 'sure');
    const possible = entries.filter(({ regions }) => holds(regions, place.region) !== 'no');
    return {
      isHoliday: sure.length > 0 || reachAll(fixed, calendar),
      isDoubtful: possible.some(({ kind }) => kind !== 'partial'),
      isPartial: possible.some(({ kind }) => kind === 'partial'),
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

function toWeekEnd(row: readonly string[] | undefined): WeekEnd {
  return {
    rest: new Set(wordsOfCell(row?.[2]).map(Number)),
    unsure: new Set(wordsOfCell(row?.[3]).map(Number)),
  };
}

function toCalendar(rows: readonly string[][], regions: readonly string[][]): CountryCalendar {
  const days = new Map<CivilDay, Entry[]>();
  for (const [, where = '*', kind = '', name = '', dates] of rows) {
    const entry: Entry = { regions: where === '*' ? null : new Set(wordsOfCell(where)), kind, name };
    // A day that may move by one makes its neighbours doubtful too.
    const around = kind === 'estimated' ? [-1, 0, 1] : [0];
    let year = 0;
    for (const word of wordsOfCell(dates)) {
      const number = Number(word);
      // Months and days end at 1231; a larger number is a year.
      if (number > 1_231) {
        year = number;
        continue;
      }
      for (const shift of around) {
        const day = civilDay(year, Math.floor(number / 100), number % 100) + shift;
        days.set(day, [...(days.get(day) ?? []), entry]);
      }
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
