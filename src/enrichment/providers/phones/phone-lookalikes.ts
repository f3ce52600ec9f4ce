const TIME = String.raw`(?:[ T]?\d{2}(?::?\d{2}){1,2}(?:\.\d+)?Z?)?`;
const YEAR_FIRST = new RegExp(
  String.raw`^(?:19|20)\d{2}(?:(?<between>[./-])(?<month>\d{1,2})\k<between>(?<day>\d{1,2})|(?<mm>\d{2})(?<dd>\d{2}))${TIME}$`,
  'u',
);
const YEAR_LAST = /^(?:(\d{1,2})([./-])(\d{1,2})\2|(\d{2})(\d{2}))(?:19|20)\d{2}$/u;
/** Islands write their six digits as pairs, but begin with no zero and have no slashes. */
const SHORT_DATE = /^(?:\d{1,2}\/\d{1,2}\/|0\d([.-])\d{1,2}\1)\d{2}$/u;
/** Numbers of the European Union's social services, and the like: six digits, without an area. */
const HARMONIZED = /^116\d{3}$/u;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/u;
const EXPONENT = /^-?\d+(?:[.,]\d+)?e[+-]?\d+$/iu;
const FRACTION = /^-?\d{5,}[.,]\d{1,2}$/u;

/** Whether a text of digits is a date, a time, an IP address or a calculated number rather than a phone number. */
export function isNoPhoneNumber(text: string): boolean {
  return (
    isDate(text) ||
    SHORT_DATE.test(text) ||
    EXPONENT.test(text) ||
    FRACTION.test(text) ||
    /^-\d+$/u.test(text) ||
    /\d:\d|[@*<>\\]/u.test(text) ||
    (!text.startsWith('+') && HARMONIZED.test(text.replace(/[\s.-]/gu, ''))) ||
    isAddress(text)
  );
}

/** Digits that no telephone has: the same one all along, or eight times at the end. */
export function isFiller(digits: string): boolean {
  if (digits.length > 1 && digits.at(-1) !== digits.at(-2)) return false;
  return /^(\d)\1*$/u.test(digits) || /(\d)\1{7}$/u.test(digits);
}

function isDate(text: string): boolean {
  const first = YEAR_FIRST.exec(text)?.groups;
  if (first !== undefined) return isDay(Number(first.month ?? first.mm), Number(first.day ?? first.dd));
  const last = YEAR_LAST.exec(text);
  if (last === null) return false;
  const [one, two] = [Number(last[1] ?? last[4]), Number(last[3] ?? last[5])];
  return isDay(one, two) || isDay(two, one);
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** "20.30.40.50" is how Danes write a number, so a public address must have a group of one digit. */
function isAddress(text: string): boolean {
  if (!ADDRESS.test(text)) return false;
  const groups = (text.split(':')[0] ?? text).split('.');
  if (groups.some((group) => Number(group) > 255 || /^0\d/u.test(group))) return false;
  return groups.some((group) => group.length === 1) || /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./u.test(text);
}
