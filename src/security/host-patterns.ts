import { domainToASCII } from 'node:url';

/** Names that mean something only inside a network; the last label or labels decide. */
const LOCAL_SUFFIXES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'home.arpa',
  'corp',
  'private',
  'svc',
];

/**
 * Whether a host, as WHATWG URL normalises it, matches one of the patterns: a full name, or `*.name`, which matches
 * the apex too. Upper case and international names may be written either way.
 */
export function matchesHost(hostname: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    const wildcard = pattern.startsWith('*.');
    const name = normaliseName(wildcard ? pattern.slice(2) : pattern);
    if (name === '') return false;
    return hostname === name || (wildcard && hostname.endsWith(`.${name}`));
  });
}

/** Whether a name can only be meant for the local machine or network: `localhost`, `db`, `printer.local`, … */
export function isLocalName(hostname: string): boolean {
  if (!hostname.includes('.')) return true;
  return LOCAL_SUFFIXES.some((suffix) => hostname.endsWith(`.${suffix}`));
}

/** Whether a name means this very machine, also against a resolver. */
export function isLocalhost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** Whether every label has 1 to 63 characters and the whole at most 253, as DNS demands. */
export function isWellFormedName(hostname: string): boolean {
  return hostname.length <= 253 && hostname.split('.').every((label) => label.length > 0 && label.length <= 63);
}

const normalised = new Map<string, string>();

/** Patterns come from configuration and channels: few, and asked for at every delivery. */
function normaliseName(name: string): string {
  let ascii = normalised.get(name);
  if (ascii === undefined) {
    ascii = domainToASCII(name) || name.toLowerCase();
    if (normalised.size < 1000) normalised.set(name, ascii);
  }
  return ascii;
}
