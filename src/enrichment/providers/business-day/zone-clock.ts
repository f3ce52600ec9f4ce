import { Temporal } from 'temporal-polyfill';

/** Times of a year at which clocks are compared: every month, since no country changes its clocks more often. */
const SAMPLES = 13;
const MONTH_MS = 30 * 86_400_000;
const AREA_AND_CITY = /^[A-Za-z]+(?:\/[A-Za-z_-]+){1,2}$/;

/** Signatures of clocks by zone and month; bounded by the number of zones. */
let signatures = new Map<string, string>();
let signaturesOf = 0;

/**
 * A time zone by its name in the time zone database ("Europe/Berlin"); null for abbreviations, offsets and other texts: an
 * offset does not say when clocks change.
 */
export function readTimeZone(text: string): string | null {
  if (text.length > 50 || !AREA_AND_CITY.test(text) || /^etc\//i.test(text)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch {
    return null;
  }
}

/** Zones whose clocks differ within the coming year, the first of each. */
export function differentClocks(zones: readonly string[], at: number): string[] {
  const found = new Map<string, string>();
  for (const zone of zones) {
    const clock = clockOf(zone, at);
    if (!found.has(clock)) found.set(clock, zone);
  }
  return [...found.values()];
}

/** Whether two zones show one time during the coming year. */
export function showOneTime(zone: string, other: string, at: number): boolean {
  return zone === other || clockOf(zone, at) === clockOf(other, at);
}

function clockOf(zone: string, at: number): string {
  const month = Math.floor(at / MONTH_MS);
  if (month !== signaturesOf) {
    signatures = new Map();
    signaturesOf = month;
  }
  const known = signatures.get(zone);
  if (known !== undefined) return known;
  const offsets = Array.from({ length: SAMPLES }, (_, index) => {
    const instant = Temporal.Instant.fromEpochMilliseconds((month + index) * MONTH_MS);
    return instant.toZonedDateTimeISO(zone).offset;
  });
  const signature = offsets.join(' ');
  signatures.set(zone, signature);
  return signature;
}
