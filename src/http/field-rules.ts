import { IsString, Length, Matches, MaxLength, ValidateBy } from 'class-validator';

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

/** A name for people: 1 to 100 characters, nothing of control, no half of a surrogate pair, and something to see. */
export function IsDisplayName(): PropertyDecorator {
  return (target, key) => {
    Matches(/^(?=.*\S)[^\p{Cc}\p{Cs}]*$/u, { message: 'must be plain text' })(target, key);
    Length(1, 100, { message: 'must have 1 to 100 characters' })(target, key);
    IsString({ message: 'must be a text' })(target, key);
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
