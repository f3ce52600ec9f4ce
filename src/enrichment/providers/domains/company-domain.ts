import { parseEmailAddress } from '../mail/email-address.js';
import { kindOfLabel, type MailHosts } from '../mail/mail-hosts.js';
import { isRegistry, platformOf } from './shared-hosts.js';
import type { SuffixLibrary } from './suffix-library.js';

/** A company's registrable domain. */
export interface CompanyDomain {
  /** ASCII, e.g. `acme.co.uk`. */
  readonly domain: string;
  /** The label before the public suffix, e.g. `acme`. */
  readonly label: string;
}

/** Why a text gave no company domain. */
export type NoDomain = 'freeMail' | 'sharedHost' | 'invalid';

/** A host as it was named: in an address of mail, or as a website with or without a page behind it. */
interface Place {
  readonly host: string;
  readonly as: 'mail' | 'site' | 'page';
}

const LONGEST_URL = 2_000;
/** Between several websites in one text, and so many at most. */
const BETWEEN = /\s*[,;|]\s*|\s+(?:(?:and|or|und|oder|et|ou|y|o|e|\/|&)\s+)?/u;
const MOST = 5;
/** An at sign before any slash, and no scheme: mail, rather than a login in a URL or a profile ("tiktok.com/@acme"). */
const ADDRESS = /^[^/]*@/u;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//iu;
/** "http:/acme.com", "https//acme.com", "http;//acme.com", "hhttps://acme.com": the scheme can only be one. */
const BROKEN_SCHEME = /^h{0,2}t{0,3}ps?(?:[:;]+\/{0,3}|\/{2,3})(?=[^/])/iu;
/** A name that can be registered. */
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u;
const OWN_SUBDOMAIN = /^(?:www\d?|m)$/u;

/**
 * Finds the company's own domain in a web address, a host name or an e-mail address; of several ("acme.com, acme.de") in
 * the first that has one.
 *
 * A provider of mailboxes is a company as well: as a website its domain counts, unless it is nothing but mail.
 */
export function companyDomain(text: string, library: SuffixLibrary, hosts: MailHosts): CompanyDomain | NoDomain {
  if (text.length > LONGEST_URL) return 'invalid';
  const found = domainAt(placeOf(text), library, hosts);
  const several = typeof found === 'string' ? text.trim().split(BETWEEN) : [];
  // Every part must look like a host: a sentence that has one in it may say anything about it.
  if (several.length < 2 || several.length > MOST || !several.every((part) => part.includes('.'))) return found;
  const each = several.map((part) => domainAt(placeOf(part), library, hosts));
  return each.find((one) => typeof one !== 'string') ?? each.find((one) => one !== 'invalid') ?? 'invalid';
}

function domainAt(place: Place | null, library: SuffixLibrary, hosts: MailHosts): CompanyDomain | NoDomain {
  if (place === null) return 'invalid';
  const { host, as } = place;
  const parsed = library.parse(host, { allowPrivateDomains: true });
  if (parsed.isIp === true || (parsed.isIcann !== true && parsed.isPrivate !== true)) return 'invalid';
  const isPages = parsed.isPrivate === true && !isRegistry(parsed.publicSuffix ?? '');
  if (isPages) return 'sharedHost';
  const { domain, domainWithoutSuffix: name, subdomain } = parsed;
  if (domain === null || name === null || !NAME.test(name)) return 'invalid';
  const isOwnSite = subdomain === null || subdomain === '' || OWN_SUBDOMAIN.test(subdomain);
  const listed = hosts.labelOf(host);
  if (as === 'mail' && kindOfLabel(listed) !== 'corporate') return 'freeMail';
  const platform = platformOf(host, name);
  if (platform !== null && isOfItsUsers(platform, place, isOwnSite)) return 'sharedHost';
  if (listed === 'webmail' || listed === 'relay' || listed === 'disposable') return 'freeMail';
  // Below a provider of mailboxes its customers have their pages, or read their mail.
  if (listed === 'free' && !isOwnSite) return 'sharedHost';
  return { domain, label: name };
}

function isOfItsUsers(
  platform: NonNullable<ReturnType<typeof platformOf>>,
  { host, as }: Place,
  isOwnSite: boolean,
): boolean {
  const isApex = isOwnSite && (host === platform.host || host.endsWith(`.${platform.host}`));
  // From these the platform's own staff writes; users have mail below them at most.
  if (as === 'mail') return platform.sharing === 'apex' && !isApex;
  switch (platform.sharing) {
    case 'never':
      return true;
    case 'front':
      return as === 'page' || !isApex;
    case 'apex':
      return !isApex;
    default:
      return platform.sharing satisfies never;
  }
}

function placeOf(text: string): Place | null {
  if (ADDRESS.test(text)) {
    const email = parseEmailAddress(text);
    return email === null ? null : { host: email.domain, as: 'mail' };
  }
  const bare = text.normalize('NFKC').replace(/^[\s'"<([]+|[\s'">)\].,;]+$/gu, '');
  const url = SCHEME.test(bare) ? bare : `http://${bare.replace(BROKEN_SCHEME, '').replace(/^\/+/u, '')}`;
  if (!URL.canParse(url)) return null;
  const { hostname, pathname, search } = new URL(url);
  // One dot at the end is the root of names; several are a slip.
  const host = hostname.replace(/\.+$/u, '');
  return host === '' ? null : { host, as: pathname === '/' && search === '' ? 'site' : 'page' };
}
