import { Matches, MaxLength, ValidateBy } from 'class-validator';

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const DAY_IN_MONTH = /^(\d{4}-\d{2}-(\d{2}))/;

/** Text to compare with: anything printable. Control characters are in no value, and Postgres refuses NUL. */
export function IsPlainText(): PropertyDecorator {
  return (target, key) => {
    Matches(/^\P{Cc}+$/u, {
      message: ({ value }) =>
        Array.isArray(value) ? 'must be one value, not a list' : 'must be text without control characters',
    })(target, key);
    MaxLength(256, { message: 'must have at most 256 characters' })(target, key);
  };
}

/** A date, or a date and time with an offset, that is on the calendar. */
export function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) => typeof value === 'string' && MOMENT.test(value) && isOnCalendar(value),
      defaultMessage: () =>
        'must be an ISO 8601 date, or date and time with an offset, e.g. 2026-11-21T08:00:00Z (a plus sign is written %2B)',
    },
  });
}

/** `new Date('2026-02-30')` is the second of March. */
function isOnCalendar(value: string): boolean {
  const day = DAY_IN_MONTH.exec(value);
  if (day === null || Number.isNaN(Date.parse(value))) return false;
  return new Date(`${day[1] ?? ''}T00:00:00Z`).getUTCDate() === Number(day[2]);
}
