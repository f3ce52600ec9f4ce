import { EXTENSION_WORDS, FAX_WORDS, LABEL_WORDS, OR_WORDS } from './phone-words.js';

/** One number of a text, apart from labels, remarks in brackets and its extension. */
export interface PhonePart {
  readonly text: string;
  readonly extension?: string;
  readonly isFax: boolean;
}

const NO_LETTER = String.raw`(?![\p{L}\p{M}])`;
const anyOf = (words: readonly string[]): string =>
  [...words]
    .sort((one, two) => two.length - one.length)
    .map((word) => word.replace(/ /gu, String.raw`[\s.-]*`))
    .join('|');

/** One letter may be a typing error for a digit ("O30 …"), so a sign or space must follow. */
const LABEL = String.raw`(?:${anyOf(LABEL_WORDS.filter((word) => !isLatinLetter(word)))}|[${LABEL_WORDS.filter(isLatinLetter).join('')}](?=[\s.:)/+(]))${NO_LETTER}`;
const LONG_LABEL = String.raw`(?:${anyOf(LABEL_WORDS.filter((word) => !isLatinLetter(word)))})${NO_LETTER}`;
const FAX = String.raw`(?:${anyOf(FAX_WORDS)})${NO_LETTER}`;
const EXTENSION = String.raw`(?:${anyOf(EXTENSION_WORDS)})${NO_LETTER}`;
const SHORTEST_NUMBER = 6;
const COLON = String.raw`[\s.:=#°)/-]*`;

const LABELS_IN_FRONT = new RegExp(String.raw`^[\s(]*(?:${LABEL}${COLON})+`, 'iu');
const FAX_IN_FRONT = new RegExp(String.raw`^[\s(]*${FAX}`, 'iu');
const LABELS_BEHIND = new RegExp(String.raw`(?<=[\s\d)])[\s(/,-]+(?:${LONG_LABEL}[\s.)]*)+$`, 'iu');
const EXTENSION_BEHIND = new RegExp(
  String.raw`^(.*\d[\s)]*?)[\s,;./(-]*(?:${EXTENSION}(?:[\s.-]*(?:nr|no|n))?|#)[\s.:=#)]*(\d{1,7})[)#\s]*$`,
  'iu',
);
/** "01 / 234567 - 12 DW", "…/204 mellék". */
const EXTENSION_WORD_LAST = new RegExp(
  String.raw`^(.*\d{2}\)?)[\s,;/(-]+(\d{1,5})[\s.-]*(?:${anyOf(EXTENSION_WORDS.filter((word) => word.length > 1))})[.)\s]*$`,
  'iu',
);
const EXTENSION_ALONE = new RegExp(String.raw`^[\s(]*(?:${EXTENSION}|#)[\s.:=#)]*(\d{1,7})[)#\s]*$`, 'iu');
/** Phones dial "," and ";" as a pause, address books write "p" and "w" for it. */
const PAUSE = /^(.*\d{2})\s*(?:,{1,3}|;|[pw])(\d{1,6})#?$/iu;
const BRACKETS = /\(([^()]*)\)/gu;
const EXTENSION_WORD = new RegExp(String.raw`^[\s.]*${EXTENSION}`, 'iu');

/** Most texts: one number, and nothing around it. */
const SINGLE = /^[(]?\+?[\d\s()./-]*$/u;
const SEPARATORS = new RegExp(
  [
    String.raw`\s*[;|~,]+\s*`,
    String.raw`(?<=\d[\s)]*)(?:\s+(?:${anyOf(OR_WORDS)})|\s*&)\s+(?=\D{0,20}\d)`,
    // A plus, or a word for a phone, begins another number.
    String.raw`(?<=\d{3}[\s)]*)[\s/-]*(?=[+(]*\+\d)`,
    String.raw`(?<=\d{3}\)?)[\s/-]+(?=[(]?(?:${LABEL}[\s.:)]*[+(\d]|${FAX}[\s.:)]*[+(\d-]))`,
  ].join('|'),
  'iu',
);

/** Whether a text is one number with no words, remarks or extension around it. */
export function isBareNumber(text: string): boolean {
  return SINGLE.test(text);
}

/** The numbers of a text, each with the words beside it; the separators are between them. */
export function phoneParts(text: string): string[] {
  if (SINGLE.test(text) || PAUSE.test(text)) return [text];
  const parts = text.split(SEPARATORS).filter((part) => part !== '');
  // "w. 204" is an extension; "w: 212 555 0199" is a number of its own.
  const whole: string[] = [];
  for (const part of parts) {
    const before = whole.at(-1);
    if (before !== undefined && EXTENSION_ALONE.test(part) && !EXTENSION_BEHIND.test(before))
      whole[whole.length - 1] = `${before} ${part}`;
    else whole.push(part);
  }
  return whole;
}

/** Takes labels, remarks and the extension off one number. */
export function readPart(part: string): PhonePart {
  if (!/[\p{L}\p{M}#,;]/u.test(part)) return { text: part, isFax: false };
  const isFax = FAX_IN_FRONT.test(part);
  const labelled = part.replace(isFax ? FAX_IN_FRONT : LABELS_IN_FRONT, '').replace(/^[\s.:=#°)/-]+/u, '');
  const remarked = labelled.replace(BRACKETS, withoutRemark);
  const match = [PAUSE, EXTENSION_BEHIND, EXTENSION_WORD_LAST]
    .find((pattern) => pattern.test(remarked))
    ?.exec(remarked);
  const [, number = remarked, extension] = match ?? [];
  const text = number.replace(LABELS_BEHIND, '').replace(/[\s,;:#-]+$/u, '');
  return { text, isFax, ...(extension !== undefined && { extension }) };
}

/** "(mobile)", "(after 6 pm)" and "()" say nothing about the number; "(030)" and "(ext. 204)" do. */
function withoutRemark(whole: string, inside: string): string {
  if (EXTENSION_WORD.test(inside)) return ` ${inside} `;
  const digits = inside.replace(/\D/gu, '').length;
  const isRemark = digits === 0 ? !inside.includes('+') : /\p{L}/u.test(inside) && digits < SHORTEST_NUMBER;
  return isRemark ? ' ' : whole;
}

/** "+49 30 901820 Ms Miller": the number in front of words, null when it ends in no word. */
export function withoutWordsBehind(text: string): string | null {
  return /^([^\p{L}]*\d[\s)]*)[\s,:-]+[^\d]*\p{L}{2}[^\d]*$/u.exec(text)?.[1] ?? null;
}

/** "Order 030 901820": the number behind words, null when it begins with no word. */
export function withoutWordsInFront(text: string): string | null {
  return /^[^\d+(]*\p{L}{2}[^\d+(]*[\s:]([+(\d][^\p{L}]*)$/u.exec(text)?.[1] ?? null;
}

function isLatinLetter(word: string): boolean {
  return /^[a-z]$/u.test(word);
}
