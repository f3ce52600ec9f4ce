const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/;

const WITH_DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment in the reader's zone and words, the date only if it is not the one of `now`. */
export function asLocal(moment: Date, now: Date): string {
  return (moment.toDateString() === now.toDateString() ? TIME : WITH_DATE).format(moment);
}

/** A date or time as a person writes it in the zone of the browser, as the service reads it. Other texts stay as they are. */
export function toInstant(text: string): string {
  const parts = LOCAL.exec(text);
  if (parts === null) return text;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const moment = new Date(year, month - 1, day, hour, minute, second);
  // A 31st of February is refused by the service, in its words.
  if (moment.getMonth() !== month - 1 || moment.getDate() !== day || hour > 23) return text;
  return moment.toISOString().replace('.000Z', 'Z');
}

/** The same the other way round: a date where it is midnight. A date alone means midnight in UTC, as in the service. */
export function toLocalText(value: string): string {
  if (!/^\d{4}-\d\d-\d\d(?:T|$)/.test(value)) return value;
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return value;
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  const seconds = moment.getSeconds() === 0 ? '' : `:${two(moment.getSeconds())}`;
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}${seconds}`;
  return time === '00:00' ? date : `${date} ${time}`;
}

/** The zone of the browser, as people there call it: UTC, CET, GMT+5:30. */
export function zoneName(): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(new Date());
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local time';
}
