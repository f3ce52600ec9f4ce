import { accept, hasControlCharacter, type Parsed, refuse, type VariableType } from './variable-type.js';

/** How one kind of server is written as a URL. */
export interface ConnectionUrlRules {
  readonly schemes: readonly string[];
  readonly example: string;
  /** Parameters that name where the server is instead of a host, e.g. the folder of a socket. */
  readonly placeParameters: readonly string[];
  /** The parts that may stand after the host. */
  readonly path: { readonly pattern: RegExp; readonly remedy: string };
}

/** `#` of a password as `%23`, and so on: what the refusals advise. */
const ENCODE =
  'percent-encode the special characters of user and password (% is %25, # is %23, / is %2F, ? is %3F, @ is %40)';
const PERCENT_WITHOUT_DIGITS = /%(?![0-9a-f]{2})/i;
/** User and password with nothing but a port behind them: WHATWG demands a host there, a socket has none. */
const CREDENTIALS_WITHOUT_HOST = /^([^/?#]+:\/\/[^/?#]*@)(?=:|[/?]|$)/;

/**
 * A server's URL with credentials in it. A secret: never quoted, not even in part.
 *
 * The value is the same URL in one spelling that every parser behind us reads alike: user and password are wholly
 * percent-encoded, and a socket has a host as a stand-in. TypeORM, pg and ioredis each have a parser of their own.
 */
export function connectionUrl(rules: ConnectionUrlRules): VariableType<string> {
  return {
    label: `${rules.schemes.join(':// or ')}:// URL`,
    parse: (text) => parseConnectionUrl(text, rules),
  };
}

function parseConnectionUrl(text: string, rules: ConnectionUrlRules): Parsed<string> {
  const remedy = `write it as ${rules.example} and ${ENCODE}`;
  if (hasControlCharacter(text)) return refuse('contains a line break or another control character', remedy);
  if (!rules.schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`))) {
    return refuse(`does not begin with ${rules.schemes.map((scheme) => `${scheme}://`).join(' or ')}`, remedy);
  }
  if (PERCENT_WITHOUT_DIGITS.test(text)) return refuse('has a % that is not followed by two hex digits', remedy);
  if (text.includes('#')) return refuse('has a #, which ends a URL', remedy);
  const hosted = text.replace(CREDENTIALS_WITHOUT_HOST, '$1localhost');
  const url = URL.canParse(hosted) ? new URL(hosted) : null;
  if (url === null) return refuse('is not a URL', remedy);
  // A "/" or "?" of the password has ended the host early: what follows is not a path.
  if (url.pathname.includes('@') || [...url.searchParams.keys()].some((name) => /[@/]/.test(name))) {
    return refuse('has an @ behind the host', remedy);
  }
  const namesPlace = rules.placeParameters.some((name) => url.searchParams.get(name));
  if (!namesPlace && (url.hostname === '' || hosted !== text)) return refuse('names no host', remedy);
  if (url.hostname.includes(','))
    return refuse('names several hosts', 'name one: no driver of ours tries them in turn');
  if (!/^\d*$/.test(url.searchParams.get('port') ?? '')) return refuse('has a port that is no number', remedy);
  if (!rules.path.pattern.test(url.pathname)) return refuse('has an odd path', rules.path.remedy);
  return spellOut(url) ?? refuse('has a percent-encoding that is not UTF-8 text', remedy);
}

/** @returns null when something in it cannot be decoded, or decodes to a NUL, which no protocol carries. */
function spellOut(url: URL): Parsed<string> | null {
  try {
    const parts = [url.username, url.password, url.hostname, url.pathname].map((part) => decodeURIComponent(part));
    if (parts.some((part) => part.includes('\0'))) return null;
    const [username = '', password = ''] = parts;
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(password);
    return accept(url.href);
  } catch {
    return null;
  }
}
