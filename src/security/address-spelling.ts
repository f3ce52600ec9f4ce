import { domainToUnicode } from 'node:url';

const PRINTABLE_ASCII = /^[\u0021-\u007e]*$/;
/** The characters of nearly every URL: one look instead of two. */
const WITHOUT_BACKSLASH = /^[\u0021-\u005b\u005d-\u007e]*$/;
/** White space of any script, control characters, what is invisible or turns the reading direction, broken surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;
const BACKSLASH_BEFORE_QUERY = /^[^?#]*\\/;
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i;
const HOST_NAME = /^[a-z0-9_.-]+$/;

/** The spellings that WHATWG URL repairs silently, so that another reader of the text may see another host. */
export function checkCharacters(text: string): string | null {
  if (WITHOUT_BACKSLASH.test(text)) return null;
  const invisible = !PRINTABLE_ASCII.test(text) && INVISIBLE.test(text);
  if (!invisible && !BACKSLASH_BEFORE_QUERY.test(text)) return null;
  return 'The URL contains white space, control or invisible characters, or backslashes.';
}

/**
 * Compares what was written between `//` and the path with what was understood. One spelling per host: octal,
 * hexadecimal, percent-encoded, full-width and shortened ones have no use but to get past a list.
 */
export function checkAuthority(text: string, url: URL): string | null {
  const authority = AUTHORITY.exec(text)?.[1];
  if (authority === undefined) return 'The URL is not a valid absolute URL.';
  // In the text, for an empty user name leaves no trace in what was understood.
  if (authority.includes('@')) return 'The URL must not contain a user name or password.';
  if (url.hostname.endsWith('.')) return "The URL's host must not end in a dot.";
  // The parser knows one address behind each IPv6 literal, and that address is judged.
  if (url.hostname.startsWith('[')) return null;
  if (!isPlainly(authority.replace(/:\d*$/, ''), url.hostname)) {
    return `The URL's host must be written plainly, as ${url.hostname}.`;
  }
  return HOST_NAME.test(url.hostname) ? null : "The URL's host is not a valid name.";
}

/** Label by label: the host itself in any case, or the international name it stands for. */
function isPlainly(written: string, understood: string): boolean {
  if (written === understood) return true;
  const labels = written.split('.');
  const ascii = understood.split('.');
  const unicode = domainToUnicode(understood).split('.');
  return labels.length === ascii.length && labels.every((label, at) => isLabel(label, ascii[at], unicode[at]));
}

/** Foreign letters must stand for foreign letters: U+212A is no "k", though lower case says so. */
function isLabel(label: string, ascii = '', unicode = ''): boolean {
  if (PRINTABLE_ASCII.test(label)) return label.toLowerCase() === ascii;
  return label.normalize('NFC').toLowerCase() === unicode && unicode !== ascii;
}
