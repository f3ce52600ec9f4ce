import { domainToASCII } from 'node:url';
import type { OwnDomains } from './mail-hosts.js';
import type { Settings } from '../step-settings.js';

/** Settings by which a service's owner adds to the lists of mail domains, or takes off them. */
export const OWN_LISTS = ['alsoFree', 'neverFree'] as const;

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/u;

/** One sentence per entry that is no domain, and per domain that stands in both lists. */
export function ownListProblems(settings: Settings): string[] {
  const problems = OWN_LISTS.flatMap((key) => {
    const value = settings[key];
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [`settings.${key} must be a list of domains such as acme.com.`];
    return value
      .filter((entry) => domainOf(entry) === null)
      .map((entry) => `settings.${key} has ${JSON.stringify(entry)}, which is no domain such as acme.com.`);
  });
  const { alsoFree, neverFree } = ownLists(settings);
  return [
    ...problems,
    ...[...alsoFree]
      .filter((domain) => neverFree.has(domain))
      .map((domain) => `settings.alsoFree and settings.neverFree both have ${domain}; it can be in one of them.`),
  ];
}

/** The owner's domains; null when the settings have none, so that the lists can be asked directly. */
export function ownDomains(settings: Settings): OwnDomains | null {
  const own = ownLists(settings);
  return own.alsoFree.size + own.neverFree.size === 0 ? null : own;
}

function ownLists(settings: Settings): Readonly<Record<(typeof OWN_LISTS)[number], ReadonlySet<string>>> {
  const read = (key: (typeof OWN_LISTS)[number]): ReadonlySet<string> => {
    const value: unknown = settings[key];
    const entries: unknown[] = Array.isArray(value) ? value : [];
    return new Set(entries.map(domainOf).filter((domain) => domain !== null));
  };
  return { alsoFree: read('alsoFree'), neverFree: read('neverFree') };
}

/** ASCII, lower case; "@acme.com" is acme.com. */
function domainOf(entry: unknown): string | null {
  if (typeof entry !== 'string') return null;
  const domain = domainToASCII(entry.trim().replace(/^@|\.$/gu, ''));
  return DOMAIN.test(domain) ? domain : null;
}
