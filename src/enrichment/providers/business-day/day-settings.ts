import { Temporal } from 'temporal-polyfill';
import { isJsonObject } from '../../../http/json-value.js';
import { parseDuration } from '../../../config/duration.js';
import type { Settings } from '../step-settings.js';
import { readTimeZone } from './zone-clock.js';

/** A stretch of a working day in local time, "09:00" to "17:00". */
export interface Hours {
  readonly from: Temporal.PlainTime;
  readonly to: Temporal.PlainTime;
}

/** A value for all countries, and those of countries with one of their own. */
export interface ByCountry<Value> {
  readonly usual: Value;
  readonly countries: ReadonlyMap<string, Value>;
}

/** A step's settings about days and hours. */
export interface DaySettings {
  readonly hours: ByCountry<readonly Hours[]>;
  /** Weekdays, 1 is Monday; null for those of the lists. */
  readonly workingDays: ByCountry<readonly number[] | null>;
  /** "12-24" of every year, or "2026-12-24". */
  readonly closed: ReadonlySet<string>;
  readonly leadMs: number;
  readonly remainingMs: number;
  /** Zones for records that leave several possible, by country. */
  readonly timeZones: ReadonlyMap<string, string>;
}

/** Settings this file reads. */
export const DAY_SETTINGS = ['hours', 'workingDays', 'closed', 'leadTime', 'remainingTime', 'timeZones'] as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LONGEST_LEAD_MS = 14 * DAY_MS;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const USUAL = 'default';
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)$/;
const DEFAULT_HOURS = '09:00-17:00';
const MOST_CLOSED_DAYS = 1_000;

/** Reads the settings, with a sentence for each that is wrong; a wrong one has its default. */
export function readDaySettings(settings: Settings, problems: string[] = []): DaySettings {
  return {
    hours: readByCountry(settings, 'hours', readHours, readHours(DEFAULT_HOURS) ?? [], problems),
    workingDays: readByCountry<readonly number[] | null>(settings, 'workingDays', readWeekdays, null, problems),
    closed: readClosed(settings.closed, problems),
    leadMs: readMinutes(settings, 'leadTime', 15 * MINUTE_MS, LONGEST_LEAD_MS, problems),
    remainingMs: readMinutes(settings, 'remainingTime', 15 * MINUTE_MS, DAY_MS / 2, problems),
    timeZones: readTimeZones(settings.timeZones, problems),
  };
}

/** The value of a country, else the usual one. */
export function ofCountry<Value>({ usual, countries }: ByCountry<Value>, country: string): Value {
  return countries.get(country) ?? usual;
}

const RULES: Readonly<Record<string, string>> = {
  hours: 'must be hours such as "09:00-17:00", or a list of them in order, for a lunch break.',
  workingDays: `must be a list of some of ${WEEKDAYS.join(', ')}.`,
};

/** A plain value is that of all countries; a mapping has one for each country and for `default`. */
function readByCountry<Value>(
  settings: Settings,
  key: string,
  read: (value: unknown) => Value | null,
  fallback: Value,
  problems: string[],
): ByCountry<Value> {
  const given = settings[key];
  const countries = new Map<string, Value>();
  let usual = fallback;
  const refuse = (where: string): void => void problems.push(`settings.${where} ${RULES[key] ?? ''}`);
  if (!isJsonObject(given)) {
    const value = given === undefined ? fallback : read(given);
    if (given !== undefined && value === null) refuse(key);
    return { usual: value ?? fallback, countries };
  }
  for (const [country, one] of Object.entries(given)) {
    const value = read(one);
    if (country !== USUAL && !isCountryCode(country)) {
      problems.push(`settings.${key}.${country} must be a two-letter country code in capitals, or default.`);
    } else if (value === null) refuse(`${key}.${country}`);
    else if (country === USUAL) usual = value;
    else countries.set(country, value);
  }
  return { usual, countries };
}

function readHours(value: unknown): readonly Hours[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const hours: Hours[] = [];
  for (const text of list) {
    const match =
      typeof text === 'string' ? HOURS.exec(text.replace(/\s|–/gu, (mark) => (mark === '–' ? '-' : ''))) : null;
    if (match === null) return null;
    const [from, to] = [`${match[1] ?? ''}:${match[2] ?? ''}`, `${match[3] ?? ''}:${match[4] ?? ''}`];
    const before = hours.at(-1);
    if (from >= to || to > '24:00') return null;
    const one = { from: Temporal.PlainTime.from(from), to: Temporal.PlainTime.from(to === '24:00' ? '23:59' : to) };
    if (before !== undefined && Temporal.PlainTime.compare(one.from, before.to) < 0) return null;
    hours.push(one);
  }
  return hours.length > 0 && hours.length <= 6 ? hours : null;
}

function readWeekdays(value: unknown): readonly number[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const days = value.map((word: unknown) => WEEKDAYS.indexOf(typeof word === 'string' ? word.toLowerCase() : '') + 1);
  return days.includes(0) || new Set(days).size !== days.length ? null : days.sort((a, b) => a - b);
}

/** Dates, months with days, and ranges of dates "2026-12-24/2027-01-03". */
function readClosed(value: unknown, problems: string[]): ReadonlySet<string> {
  const closed = new Set<string>();
  if (value === undefined) return closed;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of list) {
    const days = typeof one === 'string' ? closedDays(one) : null;
    if (days === null || closed.size + days.length > MOST_CLOSED_DAYS) {
      problems.push(
        'settings.closed must be a list of days: "2026-12-24", "12-24" of every year, or "2026-12-24/2027-01-03", ' +
          `at most ${MOST_CLOSED_DAYS.toLocaleString('en')} of them.`,
      );
      return closed;
    }
    for (const day of days) closed.add(day);
  }
  return closed;
}

function closedDays(text: string): string[] | null {
  if (/^\d\d-\d\d$/.test(text)) return readDate(`2024-${text}`) === null ? null : [text];
  const [first, last = first, ...more] = text.split('/').map(readDate);
  if (first === null || first === undefined || last === null || last === undefined || more.length > 0) return null;
  const length = first.until(last).days;
  if (length < 0 || length > MOST_CLOSED_DAYS) return null;
  return Array.from({ length: length + 1 }, (_, days) => first.add({ days }).toString());
}

function readDate(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return null;
  }
}

function readMinutes(settings: Settings, key: string, fallback: number, most: number, problems: string[]): number {
  const value = settings[key];
  if (value === undefined) return fallback;
  const parsed = typeof value === 'string' ? parseDuration(value.trim()) : null;
  if (parsed?.kind === 'accepted' && parsed.value <= most && parsed.value % MINUTE_MS === 0) return parsed.value;
  problems.push(`settings.${key} must be a duration of whole minutes up to ${most / 3_600_000}h, such as 30m or 24h.`);
  return fallback;
}

function readTimeZones(value: unknown, problems: string[]): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  if (value === undefined) return zones;
  if (!isJsonObject(value)) {
    problems.push('settings.timeZones must map countries to time zones, e.g. { US: America/New_York }.');
    return zones;
  }
  for (const [country, name] of Object.entries(value)) {
    const zone = typeof name === 'string' ? readTimeZone(name) : null;
    if (!isCountryCode(country)) {
      problems.push(`settings.timeZones.${country} must be a two-letter country code in capitals.`);
    } else if (zone === null) {
      problems.push(`settings.timeZones.${country} must be a time zone such as America/New_York.`);
    } else zones.set(country, zone);
  }
  return zones;
}

function isCountryCode(text: string): boolean {
  return /^[A-Z]{2}$/.test(text);
}
