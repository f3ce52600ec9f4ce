const WIRE = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * The moment as this API writes it, `YYYY-MM-DD HH:MM:SS` in UTC; null when the text is neither that nor ISO 8601
 * with an offset, or names a day or an hour that does not exist.
 */
export function readMoment(text: string): string | null {
  const isWire = WIRE.test(text);
  if (!isWire && !ISO.test(text)) return null;
  const iso = isWire ? `${text.replace(' ', 'T')}Z` : text;
  const moment = new Date(iso);
  // Date rolls 30 February over to March: what it understood must be what was written.
  if (Number.isNaN(moment.getTime()) || !isOnCalendar(iso)) return null;
  const year = moment.getUTCFullYear();
  if (year < 1970 || year > 9999) return null;
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

function isOnCalendar(iso: string): boolean {
  return new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(iso.slice(8, 10));
}
