import { textsOf } from './answer-headers.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The three forms RFC 9110 has a date in; `Date.parse` alone takes almost any text for one. */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]*day)?(?:, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT| [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * Reads a Retry-After header (seconds or an HTTP date) as milliseconds from `nowMs` (Unix time): null when it is
 * absent or garbage, 0 for a date that has passed, and never more than a day. Of a header that came several times (a
 * CDN adds its own) the largest counts. No value makes it throw.
 */
export function parseRetryAfter(value: unknown, nowMs: number): number | null {
  let largest: number | null = null;
  for (const text of textsOf(value)) {
    const wanted = parseOne(text, nowMs);
    if (wanted !== null && wanted > (largest ?? -1)) largest = wanted;
  }
  return largest;
}

function parseOne(value: string, nowMs: number): number | null {
  const text = value.trim();
  if (text === '') return null;
  const wanted = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - nowMs;
  if (Number.isNaN(wanted)) return null;
  return Math.min(Math.max(Math.ceil(wanted), 0), DAY_MS);
}

/** Unix time in milliseconds; NaN when it is no HTTP date. The asctime form has no zone and means GMT. */
function parseHttpDate(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
