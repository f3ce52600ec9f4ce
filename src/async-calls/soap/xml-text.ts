/** The characters that XML 1.0 cannot hold, however they are written; half a surrogate pair among it. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const SPECIAL = /[&<>"\r]/g;

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Bare, readers make a line feed of it.
  '\r': '&#13;',
});

/** Writes text so that every reader of XML gets it back; what XML cannot hold becomes a replacement character. */
export function xmlText(text: string): string {
  return text.replace(UNWRITABLE, '\uFFFD').replace(SPECIAL, (special) => ESCAPES[special] ?? special);
}

/** An element with text in it. */
export function xmlElement(name: string, text: string | number): string {
  return `<${name}>${typeof text === 'number' ? text : xmlText(text)}</${name}>`;
}

/** The same, and nothing when there is no text. */
export function xmlOptional(name: string, text: string | number | null): string {
  return text === null ? '' : xmlElement(name, text);
}
