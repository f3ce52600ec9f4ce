import type { Fields } from '../../../actions/action-input.js';
import type { JsonValue } from '../../../http/json-value.js';
import type {
  Enrichment,
  EnrichmentContext,
  EnrichmentProvider,
  EnrichmentSubject,
} from '../../enrichment-provider.js';
import { loadCountryIndex, type CountryIndex } from '../countries/country-index.js';
import { isUnreadable, readAnswer, readCountryField } from '../field-values.js';
import { enrichTargets, scopeOf, type FieldLookup, type Finding, type Target } from '../people.js';
import * as step from '../step-settings.js';
import { ContactClock, type ContactTime } from './contact-time.js';
import { DAY_SETTINGS, ofCountry, readDaySettings, type DaySettings } from './day-settings.js';
import { readPlaces, type Place, type Places } from './place.js';
import { readWorkingCalendar, type WorkingCalendar } from './working-calendar.js';

const OUTPUTS = {
  at: 'nextContactAt',
  localTime: 'nextContactLocalTime',
  timeZone: 'contactTimeZone',
  workingNow: 'isWorkingTimeNow',
  workingDays: 'workingDays',
  holiday: 'nextHolidayDate',
  holidayName: 'nextHolidayName',
  status: 'contactTimeStatus',
} as const;

/** Fields a record may have its place in, by default. */
const SOURCES = {
  countryFrom: ['countryCode', 'country'],
  regionFrom: ['state', 'region', 'province'],
  postalCodeFrom: ['postalCode', 'zipCode', 'zip'],
  timeZoneFrom: ['timeZone', 'timezone'],
} as const;
type Source = keyof typeof SOURCES;
const MINUTE_MS = 60_000;
const MOST_PLACES = 1_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Plan {
  readonly from: Readonly<Record<Source, readonly string[]>>;
  readonly days: DaySettings;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
  /** Findings of the minute by place: of a batch, many records have one place. */
  readonly memo: { minute: number; readonly byPlace: Map<string, Fields> };
}

interface Lists {
  readonly countries: CountryIndex;
  readonly places: Places;
  readonly calendar: WorkingCalendar;
}

let loading: Promise<Lists> | undefined;

/** Reads the lists at the first call; every later call gets the same ones. */
function loadLists(): Promise<Lists> {
  loading ??= Promise.all([loadCountryIndex(), readPlaces(), readWorkingCalendar()]).then(
    ([countries, places, calendar]) => ({ countries, places, calendar }),
    (error: unknown) => {
      // A file that could not be opened once may be opened the next time.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * Says when a person can be reached at work next: in the working hours of their country, not on a day of rest, nor on a
 * public holiday.
 *
 * Settings: `countryFrom`, `regionFrom`, `postalCodeFrom`, `timeZoneFrom` (fields, the first with a value counts), `hours`
 * (default 09:00-17:00) and `workingDays` (of all countries, or by country), `closed` (further days off), `leadTime` and
 * `remainingTime` (default 15m: from now to the slot, and from the slot to closing time), `timeZones` (by country, for records
 * that leave several possible), `to`, `on`. Without a time zone that the record settles, times stay away.
 */
export class BusinessDayProvider implements EnrichmentProvider {
  readonly key = 'business-day';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: {
      countryFrom: step.fieldNamesOr(settings.countryFrom, SOURCES.countryFrom),
      regionFrom: step.fieldNamesOr(settings.regionFrom, SOURCES.regionFrom),
      postalCodeFrom: step.fieldNamesOr(settings.postalCodeFrom, SOURCES.postalCodeFrom),
      timeZoneFrom: step.fieldNamesOr(settings.timeZoneFrom, SOURCES.timeZoneFrom),
    },
    days: readDaySettings(settings),
    names: step.outputNames(settings, OUTPUTS),
    memo: { minute: 0, byPlace: new Map() },
  }));

  /** @param now the time in milliseconds since 1970 */
  constructor(private readonly now: () => number = Date.now) {}

  validateSettings(settings: step.Settings): string[] {
    const problems = [
      ...step.unknownKeyProblems(settings, [...Object.keys(SOURCES), ...DAY_SETTINGS, 'to', 'on']),
      ...step.fieldNameListProblems(settings, Object.keys(SOURCES)),
      ...step.commonProblems(settings, OUTPUTS),
    ];
    readDaySettings(settings, problems);
    return problems;
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const lists = await loadLists();
    const plan = this.plan(settings);
    const now = this.now();
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan, lists, now));
  }
}

function inspect({ read }: Target, plan: Plan, lists: Lists, now: number): Finding {
  const { country, status } = readCountry(read, plan.from.countryFrom, lists.countries);
  if (country === null) return { fields: step.namedFields({ status }, plan.names) };
  const place = settle(
    lists.places.find(
      {
        country,
        region: firstText(read, plan.from.regionFrom),
        postalCode: firstText(read, plan.from.postalCodeFrom),
        timeZone: firstText(read, plan.from.timeZoneFrom),
      },
      now,
    ),
    plan.days,
  );
  return { fields: recall(place, plan, lists.calendar, now) };
}

/** The findings at a place, worked out once a minute: no answer changes within one. */
function recall(place: Place, plan: Plan, calendar: WorkingCalendar, now: number): Fields {
  const { memo } = plan;
  const minute = Math.floor(now / MINUTE_MS);
  if (memo.minute !== minute || memo.byPlace.size >= MOST_PLACES) memo.byPlace.clear();
  memo.minute = minute;
  const key = [place.country, place.region, ...place.zones].join(' ');
  const known = memo.byPlace.get(key);
  if (known !== undefined) return known;
  const fields = Object.freeze(step.namedFields(findingsAt(place, plan, calendar, now), plan.names));
  memo.byPlace.set(key, fields);
  return fields;
}

/** Values that every time zone the record leaves possible has in common. */
function findingsAt(
  place: Place,
  { days }: Plan,
  calendar: WorkingCalendar,
  now: number,
): Partial<Record<keyof typeof OUTPUTS, string | boolean | null>> {
  const times = place.zones.map((zone) => new ContactClock(calendar, days, place, zone).read(now));
  const common = <Key extends keyof ContactTime>(key: Key): ContactTime[Key] | null => {
    const [first] = times;
    return first !== undefined && times.every((time) => time[key] === first[key]) ? first[key] : null;
  };
  const workingDays = ofCountry(days.workingDays, place.country) ?? calendar.workingDays(place);
  const at = common('at');
  return {
    at,
    localTime: common('localTime'),
    timeZone: place.zones.length === 1 ? place.zones[0] : null,
    workingNow: common('workingNow'),
    workingDays: workingDays?.map((day) => WEEKDAYS[day - 1]).join(' ') ?? null,
    holiday: common('holiday'),
    holidayName: common('holidayName'),
    status: statusOf(place, at !== null, calendar),
  };
}

function statusOf({ country, zones }: Place, isKnown: boolean, calendar: WorkingCalendar): string {
  if (isKnown) return 'known';
  if (!calendar.knows(country)) return 'noCalendar';
  return zones.length === 1 ? 'noSlot' : 'noTimeZone';
}

/** A zone of the settings stands in where the record leaves several possible. */
function settle(place: Place, { timeZones }: DaySettings): Place {
  const zone = place.zones.length === 1 ? undefined : timeZones.get(place.country);
  return zone === undefined ? place : { ...place, zones: [zone] };
}

function readCountry(
  read: FieldLookup,
  from: readonly string[],
  countries: CountryIndex,
): { readonly country: string | null; readonly status: string } {
  let status = 'missing';
  for (const field of from) {
    const value: JsonValue | undefined = read(field);
    const text = readCountryField(value);
    if (text === null) {
      if (isUnreadable(value)) status = 'unknown';
      continue;
    }
    const country = countries.find(text);
    if (country !== null) return { country: country.alpha2, status: 'known' };
    status = 'unknown';
  }
  return { country: null, status };
}

function firstText(read: FieldLookup, fields: readonly string[]): string | null {
  for (const field of fields) {
    const text = readAnswer(read(field));
    if (text !== null) return text;
  }
  return null;
}
