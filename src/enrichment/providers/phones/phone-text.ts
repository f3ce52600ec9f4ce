/** Longer texts hold no phone number: two numbers with extensions still fit. */
const LONGEST_NUMBER = 120;
/** Most numbers: nothing to do. */
const PLAIN = /^[\d+ ().\-/]*$/;
const DIGIT = /\p{Nd}/u;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;
// Marks of writing direction, joiners, variation selectors, keycaps, and pictures of phones.
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Me}\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}\uFE00-\uFE0F]/gu;
// Japanese texts have the sign of long vowels and box lines for a dash.
const DASHES = /[\p{Pd}\u2212\u2043\u02D7\u2500\u2501]|(?<=[\d)])[\u30FC\uFF70](?=[\d(])/gu;
const QUOTES = /["'`´‘’‚‛“”„‟«»‹›]/gu;
// "wa.me/4930…" always has the country code, and no plus.
const CHAT_LINK = /^(?:https?:\/\/)?(?:www\.)?(?:wa\.me\/|api\.whatsapp\.com\/send\/?\?phone=)\+?(\d+).*$/iu;

/**
 * The text with ASCII digits, dashes, brackets and spaces alone, without invisible marks, quotes and the scheme of a link.
 *
 * @returns null when it is too long for a phone number.
 */
export function plainPhoneText(text: string): string | null {
  if (text.length > LONGEST_NUMBER) return null;
  const plain = PLAIN.test(text) ? text.trim() : withPlainSigns(text);
  if (!plain.includes('.0')) return plain;
  // Spreadsheets and data frames write whole numbers as "4930901820.0".
  return plain.replace(/^(\+?\d{6,})\.0+$/u, '$1').trim();
}

/** The ASCII digits of a text. A loop, because `replace` takes four times as long. */
export function digitsOf(text: string): string {
  let digits = '';
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) continue;
    if (at > start) digits += text.slice(start, at);
    start = at + 1;
  }
  return digits;
}

function withPlainSigns(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(OTHER_DIGITS, (digit) => String(digitValue(digit)))
    .replace(/[\s\p{Zs}_]+/gu, ' ')
    // The plus of emoji keyboards is a picture too.
    .replace(/\u2795/gu, '+')
    .replace(INVISIBLE, '')
    .replace(DASHES, '-')
    .replace(QUOTES, '')
    .replace(/[[{【〔「]/gu, '(')
    .replace(/[\]}】〕」]/gu, ')')
    .replace(/[·•∙‧・⋅]/gu, '.')
    .replace(/[⁄∕]/gu, '/')
    .trim();
  return (
    withoutScheme(plain)
      .replace(/^=+/u, '')
      // Brazilians write "0xx11": the caller puts the code of a carrier there.
      .replace(/(^|[\s(])0\s*(?:xx|\*\*)\s*(?=\d{2})/iu, '$10')
      .trim()
  );
}

/** The digits of one script stand in a row from zero to nine. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}

/** "tel:030-901820;phone-context=+49;ext=204" becomes "+49 030-901820 ext 204". */
function withoutScheme(text: string): string {
  const chat = CHAT_LINK.exec(text)?.[1];
  if (chat !== undefined) return `+${chat}`;
  if (!/^(?:tel|callto|phone):/iu.test(text)) return text;
  const [number = '', ...parameters] = text
    .replace(/^[a-z]+:(?:\/\/)?/iu, '')
    .replace(/%2b/giu, '+')
    .replace(/%20/gu, ' ')
    .split(';');
  const valueOf = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const context = valueOf('phone-context');
  const extension = valueOf('ext');
  const prefix = context?.startsWith('+') === true && !number.trim().startsWith('+') ? `${context} ` : '';
  const known = parameters.every((parameter) => /^\s*(?:phone-context|ext|isub)=/u.test(parameter));
  const rest = known ? '' : `;${parameters.join(';')}`;
  return `${prefix}${number}${extension === undefined || !known ? '' : ` ext ${extension}`}${rest}`;
}
