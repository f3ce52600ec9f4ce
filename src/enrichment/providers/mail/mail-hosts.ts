import { loadSuffixLibrary, type SuffixLibrary } from '../domains/suffix-library.js';
import { readMailLists, type MailLabel, type MailLists } from './mail-lists.js';

/** The kinds of owners of a mail domain. */
export type MailHostKind = 'corporate' | 'free' | 'disposable';

/** Domains that a service's owner adds to the lists, or takes off them. ASCII, lower case. */
export interface OwnDomains {
  readonly alsoFree: ReadonlySet<string>;
  /** Domains of companies: neither free nor throw-away mail, also if a list says so. */
  readonly neverFree: ReadonlySet<string>;
}

/** Classifies the domains of e-mail addresses by lists that are held in memory once. */
export interface MailHosts {
  /** @param domain ASCII, lower case; a subdomain of a listed host counts as that host. */
  kindOf(domain: string): MailHostKind;
  /** The list a domain, or a domain above it, stands in; null for others. */
  labelOf(domain: string): MailLabel | null;
  /** The host that was meant by a known typing error, or null. */
  misspelt(domain: string): string | null;
  /** These hosts with the owner's additions; costs nothing but two sets. */
  with(own: OwnDomains): MailHosts;
}

const KIND_OF_LABEL: Readonly<Record<MailLabel, MailHostKind>> = {
  free: 'free',
  webmail: 'free',
  relay: 'free',
  disposable: 'disposable',
  company: 'corporate',
};

/** The kind of an address at a host of this label; null is a host of no list. */
export function kindOfLabel(label: MailLabel | null): MailHostKind {
  return label === null ? 'corporate' : KIND_OF_LABEL[label];
}

const NOTHING: OwnDomains = { alsoFree: new Set(), neverFree: new Set() };

let loading: Promise<MailHosts> | undefined;

/** Loads the lists (about 90,000 domains, 10 MB) at the first call; every later call gets the same ones. */
export function loadMailHosts(): Promise<MailHosts> {
  loading ??= Promise.all([readMailLists(), loadSuffixLibrary()]).then(([lists, library]) =>
    hostsOf(lists, library, NOTHING),
  );
  return loading;
}

function hostsOf(lists: MailLists, library: SuffixLibrary, own: OwnDomains): MailHosts {
  const labelAt = (host: string): MailLabel | undefined => {
    if (own.neverFree.has(host)) return 'company';
    return own.alsoFree.has(host) ? 'free' : lists.labels.get(host);
  };
  const labelOf = (domain: string): MailLabel | null => nearest(domain, labelAt, library) ?? null;
  return {
    labelOf,
    kindOf: (domain) => kindOfLabel(labelOf(domain)),
    misspelt: (domain) => {
      const isOwn = own.neverFree.has(domain) || own.alsoFree.has(domain);
      return isOwn ? null : (lists.typingErrors.get(domain) ?? null);
    },
    with: (more) => hostsOf(lists, library, more),
  };
}

/**
 * The first answer on the way from a host up to its registrable domain. The walk ends there: acme.uk.com is no
 * subdomain, since uk.com is a suffix (of the private section) under which others register.
 */
function nearest<T>(domain: string, at: (host: string) => T | undefined, library: SuffixLibrary): T | undefined {
  const exact = at(domain);
  const dot = domain.indexOf('.');
  if (exact !== undefined || dot === -1 || dot === domain.lastIndexOf('.')) return exact;
  const { domain: registrable } = library.parse(domain, { allowPrivateDomains: true, extractHostname: false });
  if (registrable === null) return undefined;
  for (let host = domain.slice(dot + 1); host.length >= registrable.length; host = host.slice(host.indexOf('.') + 1)) {
    const found = at(host);
    if (found !== undefined) return found;
    if (!host.includes('.')) break;
  }
  return undefined;
}
