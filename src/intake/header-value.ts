// Visible characters with spaces or tabs between them, RFC 9110; a space at an end would not survive the trip.
const HEADER_VALUE = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/** Whether a string can be sent as the value of an HTTP header and arrives unchanged. */
export function isHeaderValue(value: string, maxBytes: number): boolean {
  return value.length <= maxBytes && HEADER_VALUE.test(value);
}
