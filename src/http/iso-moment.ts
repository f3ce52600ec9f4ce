const DATE =
  /^(?:(\d{4})(?:-?(\d{2})-?(\d{2})|-(\d{2})|-?(\d{3})|-?W(\d{2})(?:-?([1-7]))?)?)(?:[Tt ](\d{2})(?::?(\d{2})(?::?(\d{2}))?)?(?:[.,](\d{1,9}))?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Reads any ISO 8601 date, or date and time: calendar, week and ordinal dates, extended or basic, with or without
 * seconds, fraction and offset. Without an offset it is UTC. @returns null when it is none, or not on the calendar;
 * the moment's fraction of a second is dropped, because customers' APIs compare times in whole seconds.
 */
export function readIsoMoment(text: string): Date | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, year = '', month, day, monthAlone, ordinal, week, weekday, hour, minute, second, fraction, offset] = match;
  const dayMs = readDay(Number(year), { month: month ?? monthAlone, day, ordinal, week, weekday });
  const timeMs = readTime(hour, minute, second, fraction);
  const offsetMs = readOffset(offset);
  if (dayMs === null || timeMs === null || offsetMs === null) return null;
  const moment = new Date(Math.floor((dayMs + timeMs - offsetMs) / SECOND) * SECOND);
  const readYear = moment.getUTCFullYear();
  return readYear >= 1 && readYear <= 9999 ? moment : null;
}

/** Writes `2013-08-01T15:42:23Z`, the form that {@link readIsoMoment} keeps whole. */
export function writeMoment(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

interface DayParts {
  readonly month: string | undefined;
  readonly day: string | undefined;
  readonly ordinal: string | undefined;
  readonly week: string | undefined;
  readonly weekday: string | undefined;
}

function readDay(year: number, { month, day, ordinal, week, weekday }: DayParts): number | null {
  const firstOfYear = utc(year, 0, 1);
  if (ordinal !== undefined) {
    const ms = firstOfYear + (Number(ordinal) - 1) * DAY;
    return Number(ordinal) >= 1 && new Date(ms).getUTCFullYear() === year ? ms : null;
  }
  if (week !== undefined) return readWeek(year, Number(week), Number(weekday ?? 1));
  const monthNumber = Number(month ?? 1);
  const dayNumber = Number(day ?? 1);
  const ms = utc(year, monthNumber - 1, dayNumber);
  const date = new Date(ms);
  return date.getUTCMonth() === monthNumber - 1 && date.getUTCDate() === dayNumber ? ms : null;
}

/** Week 1 is the one with 4 January in it. */
function readWeek(year: number, week: number, weekday: number): number | null {
  const mondayOfWeekOne = (y: number): number => {
    const fourth = utc(y, 0, 4);
    return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
  };
  const monday = mondayOfWeekOne(year) + (week - 1) * 7 * DAY;
  if (week < 1 || monday >= mondayOfWeekOne(year + 1)) return null;
  return monday + (weekday - 1) * DAY;
}

/** 24:00 is the end of the day; a leap second is the second after it. */
function readTime(hour = '0', minute?: string, second?: string, fraction?: string): number | null {
  const [h, m, s] = [Number(hour), Number(minute ?? 0), Number(second ?? 0)];
  if (h > 24 || m > 59 || s > 60) return null;
  const smallest = second !== undefined ? SECOND : minute !== undefined ? MINUTE : HOUR;
  const ms = h * HOUR + m * MINUTE + s * SECOND + (fraction === undefined ? 0 : Number(`0.${fraction}`) * smallest);
  return ms <= DAY ? ms : null;
}

function readOffset(offset: string | undefined): number | null {
  if (offset === undefined || /^z$/i.test(offset)) return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

/** Date.UTC takes years below 100 for those of the last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
