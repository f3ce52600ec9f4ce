// Websites of universities, employers and sites: the provider `domain` must give back the domain itself.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export default {
  title: 'Websites of institutions and companies',
  corpus: 'mail-domains.tsv',
  provider: 'domain',
  reach: { right: 98, wrong: 0.5 },
  key: ({ domain }) => domain,
  async answers(dist) {
    const file = join(dist, 'src', 'enrichment', 'providers', 'domain.provider.js');
    const { DomainProvider } = await import(pathToFileURL(file).href);
    const { getDomain } = await import('tldts');
    const provider = new DomainProvider();
    const soFar = { fields: {}, accountFields: {}, accessors: {}, attributes: {}, people: new Map() };
    const context = { signal: new AbortController().signal };
    const settings = {};
    return async ({ domain }) => {
      const entity = { kind: 'account', id: '1', fields: { website: `https://www.${domain}/` } };
      const { accountFields } = await provider.enrich({ entity, soFar }, settings, context);
      return {
        found: accountFields.companyDomain ?? null,
        registrable: getDomain(domain, { allowPrivateDomains: true }),
      };
    };
  },
  /** Of throw-away mail no company may be found; of free mail both is right: some are companies, some are not. */
  judge({ is }, { found, registrable }) {
    if (is === 'disposable') return found === null ? 'right' : 'wrong';
    if (found === null) return is === 'free' ? 'right' : 'silent';
    return found === registrable ? 'right' : 'wrong';
  },
  subsets: [
    {
      title: 'Universities, employers and sites',
      of: ({ is }) => ['university', 'employer', 'site'].includes(is),
      reach: { right: 98, wrong: 0.05 },
    },
  ],
  peers: [],
};
