import type { MailHosts } from './mail-hosts.js';
import type { SuffixLibrary } from '../domains/suffix-library.js';
import { meaningsOf } from '../word-lists.js';

/** Endings that no domain can have, by what was meant. An ending that has become real is left alone: the list is asked. */
const ENDINGS: ReadonlyMap<string, string> = meaningsOf({
  com: 'con cpm cmo ocm vom xom ccom coom comm ckm clm cin cim c0m copm comn conm cobm coim cocm cxom cvom ocom vcom dcom fcom xcom',
  net: 'nte ent nett neet nnet nwt nrt nert ney nef neg netr',
  org: 'ogr rog orgg oorg orrg prg irg ofg orf',
  edu: 'eud edi eduu',
  'co.uk': 'couk co.ukk co.uj co.uuk cou.k',
  'com.au': 'comau com.aau com.auu',
  'com.br': 'combr com.brr com.bbr',
  'com.mx': 'commx com.mxx',
  'com.ar': 'comar',
  'com.tr': 'comtr',
  'com.cn': 'comcn',
  'com.sg': 'comsg',
  'co.jp': 'cojp co.jpp',
  'co.in': 'co.inn',
  'co.za': 'coza co.zaa',
  'co.nz': 'conz',
  de: 'dee dde',
  fr: 'frr ffr',
  it: 'itt',
  nl: 'nll',
});
/** "comx", "coma": one key too many behind .com. */
const ONE_KEY_TOO_MANY = /^com[a-z]$/u;

/**
 * Suggests the domain that was meant, or null. There must be evidence: a known typing error of a mail host, or an ending
 * that no domain has. A domain that merely looks like another one is left alone.
 *
 * @param domain ASCII, lower case; also one without a dot ("gmailcom").
 */
export function suggestDomain(domain: string, hosts: MailHosts, library: SuffixLibrary): string | null {
  const known = hosts.misspelt(domain);
  if (known !== null) return known;
  if (hosts.labelOf(domain) !== null) return domain.startsWith('www.') ? withoutWww(domain, hosts) : null;
  const ended = withRealEnding(domain, library);
  if (ended !== null) return hosts.misspelt(ended) ?? ended;
  return null;
}

/** Suggests the mail host meant by what is no domain ("gmailcom", "gmail.com" out of "gmail,com"), or null. */
export function suggestMailHost(text: string, hosts: MailHosts): string | null {
  const label = hosts.labelOf(text);
  return label === 'webmail' || label === 'free' ? text : hosts.misspelt(text);
}

/** www.gmail.com: a website's name, which has no mailboxes. */
function withoutWww(domain: string, hosts: MailHosts): string | null {
  const bare = domain.slice('www.'.length);
  return hosts.labelOf(bare) === 'webmail' ? bare : null;
}

function withRealEnding(domain: string, library: SuffixLibrary): string | null {
  const { isIcann, isPrivate } = library.parse(domain, { allowPrivateDomains: true, extractHostname: false });
  if (isIcann === true || isPrivate === true) return null;
  const labels = domain.split('.');
  for (const size of [2, 1]) {
    if (labels.length <= size || labels.includes('')) continue;
    const ending = labels.slice(-size).join('.');
    const meant = ENDINGS.get(ending) ?? (ONE_KEY_TOO_MANY.test(ending) ? 'com' : undefined);
    if (meant !== undefined) return `${labels.slice(0, -size).join('.')}.${meant}`;
  }
  return null;
}
