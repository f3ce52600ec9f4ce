// Websites of universities, employers and sites: the provider `domain` must give back the domain itself.
import { askProvider } from '../scoring/ask-provider.mjs';
import { isInstitution } from '../scoring/mail-domains.mjs';

export default {
  title: 'Websites of institutions and companies',
  corpus: 'mail-domains.tsv',
  provider: 'domain',
  reach: { right: 98, wrong: 0.5 },
  key: ({ domain }) => domain,
  async answers(dist) {
    const ask = await askProvider(dist, 'domain');
    const { getDomain } = await import('tldts');
    return async ({ domain }) => {
      const { companyDomain } = await ask({ website: `https://www.${domain}/` }, 'account');
      return {
        found: companyDomain ?? null,
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
      of: isInstitution,
      reach: { right: 98, wrong: 0.05 },
    },
  ],
  peers: [],
};
