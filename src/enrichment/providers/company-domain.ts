import type * as tldts from 'tldts';
import { parseEmailAddress } from './email-address.js';
import type { MailHosts } from './mail-hosts.js';

/** The part of tldts (the public suffix list) this service uses. */
export type SuffixLibrary = Pick<typeof tldts, 'parse'>;

/** A company's registrable domain. */
export interface CompanyDomain {
  /** ASCII, e.g. `acme.co.uk`. */
  readonly domain: string;
  /** The label before the public suffix, e.g. `acme`. */
  readonly label: string;
}

/** Why a text gave no company domain. */
export type NoDomain = 'freeMail' | 'sharedHost' | 'invalid';

// Pages on these belong to the platform, not to the company that fills them.
const SHARED_HOSTS = new Set(
  (
    'linkedin.com facebook.com instagram.com twitter.com x.com youtube.com tiktok.com xing.com github.com gitlab.com ' +
    'google.com goo.gl bit.ly linktr.ee wikipedia.org crunchbase.com medium.com wordpress.com wixsite.com wix.com ' +
    'weebly.com blogspot.com blogger.com squarespace.com webflow.io godaddysites.com jimdo.com jimdosite.com ' +
    'myshopify.com notion.site github.io gitlab.io herokuapp.com vercel.app netlify.app pages.dev web.app ' +
    'azurewebsites.net tumblr.com'
  ).split(' '),
);

const LONGEST_URL = 2_000;

let loading: Promise<SuffixLibrary> | undefined;

/** Loads the public suffix list at the first call; every later call gets the same one. */
export function loadSuffixLibrary(): Promise<SuffixLibrary> {
  loading ??= import('tldts');
  return loading;
}

/** Finds the company's own domain in a web address, a host name or an e-mail address. */
export function companyDomain(text: string, library: SuffixLibrary, hosts: MailHosts): CompanyDomain | NoDomain {
  if (text.length > LONGEST_URL) return 'invalid';
  const host = text.includes('@') && !text.includes('://') ? parseEmailAddress(text)?.domain : hostOf(text);
  if (host === undefined) return 'invalid';
  const { domain, domainWithoutSuffix, isIcann, isIp } = library.parse(host, { allowPrivateDomains: false });
  if (isIp === true || isIcann !== true || domain === null || domainWithoutSuffix === null) return 'invalid';
  if (SHARED_HOSTS.has(domain)) return 'sharedHost';
  if (hosts.kindOf(domain) !== 'corporate') return 'freeMail';
  return { domain, label: domainWithoutSuffix };
}

/** The host of a URL with or without a scheme; the WHATWG parser turns it into lower-case ASCII. */
function hostOf(text: string): string | undefined {
  const bare = text.normalize('NFKC').replace(/^[\s'"<([]+|[\s'">)\].,;]+$/gu, '');
  const url = /^[a-z][a-z0-9+.-]*:\/\//iu.test(bare) ? bare : `http://${bare.replace(/^\/+/u, '')}`;
  if (!URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/\.$/u, '') || undefined;
}
