/** Who stands behind the domain of an e-mail address. */
export type MailHostKind = 'corporate' | 'free' | 'disposable';

/** Classifies the domains of e-mail addresses by two public lists, held in memory once. */
export interface MailHosts {
  /** @param domain ASCII, lower case; a subdomain of a listed host counts as that host. */
  kindOf(domain: string): MailHostKind;
}

// Where the public list errs: these companies' own staff write from these domains.
const NOT_FREE = ['example.com', 'facebook.com', 'alibaba.com', 'bt.com', 'go.com', 'about.com', 'playful.com'];

const ALSO_FREE = [
  ...['fastmail.com', 'posteo.de', 'posteo.net', 'tutanota.com', 'tutanota.de', 'tuta.com', 'tuta.io', 'zohomail.com'],
  ...['kpnmail.nl', 'ziggo.nl', 'vodafonemail.de', 'sohu.com', '139.com', '189.cn', 'mynet.com', 'tut.by', 'meta.ua'],
  ...['duck.com', 'hanmail.net', 'googlemail.com', 'privaterelay.appleid.com', 'mozmail.com', 'simplelogin.com'],
];

let loading: Promise<MailHosts> | undefined;

/** Loads the lists (about 18,000 domains) at the first call; every later call gets the same ones. */
export function loadMailHosts(): Promise<MailHosts> {
  loading ??= readLists();
  return loading;
}

async function readLists(): Promise<MailHosts> {
  const [{ default: providers }, { default: disposable }] = await Promise.all([
    import('email-providers'),
    import('disposable-email-domains-js'),
  ]);
  const throwaway = disposable.disposableEmailBlocklistSet();
  const free = new Set<string>([...providers, ...ALSO_FREE]);
  for (const domain of NOT_FREE) free.delete(domain);
  return { kindOf: (domain) => kindOf(domain, throwaway, free) };
}

function kindOf(domain: string, throwaway: ReadonlySet<string>, free: ReadonlySet<string>): MailHostKind {
  // Labels are cut off from the left ("eu.mailinator.com"), down to two; a bare suffix is never asked for.
  for (let host = domain; host.includes('.'); host = host.slice(host.indexOf('.') + 1)) {
    if (throwaway.has(host)) return 'disposable';
    if (free.has(host)) return 'free';
  }
  return 'corporate';
}
