// Whose mail a domain is: the provider `email` on universities, employers, free mail and throw-away mail.
import { emailAnswers } from '../corpora/email-answers.mjs';

const INSTITUTIONS = ['university', 'employer', 'site'];
const TYPE = {
  university: 'corporate',
  employer: 'corporate',
  site: 'corporate',
  free: 'free',
  disposable: 'disposable',
};

/** An answer is { type, suggestion }; a type that is null says nothing. */
function judge({ is }, { type, suggestion }) {
  if (type === null && suggestion === null) return 'silent';
  // An institution must not be called a typing error either. Of an error, the host that was meant says the type.
  if (INSTITUTIONS.includes(is) && suggestion !== null) return 'wrong';
  if (is === 'error') return type === 'free' ? 'right' : 'silent';
  return type === TYPE[is] ? 'right' : 'wrong';
}

const freeOrNot =
  (isFree) =>
  ({ domain }) => ({ type: isFree(domain) ? 'free' : 'corporate', suggestion: null });

export default {
  title: 'Mail domains',
  corpus: 'mail-domains.tsv',
  provider: 'email',
  reach: { right: 99, wrong: 0.5 },
  key: ({ domain }) => domain,
  answers: emailAnswers,
  judge,
  subsets: [
    {
      title: 'Universities and exclusive employers, called free, disposable or a typing error',
      of: ({ is }) => INSTITUTIONS.includes(is),
      reach: { cases: 15_000, count: { wrong: 0 } },
    },
    {
      title: 'Free mail that two sources name, called corporate',
      of: ({ is }) => is === 'free',
      reach: { right: 99, wrong: 1 },
    },
    { title: 'Throw-away mail', of: ({ is }) => is === 'disposable' },
  ],
  peers: [
    {
      package: 'email-providers@2.26.0',
      ranked: false,
      why: 'one of the sources of free mail',
      async answers(require) {
        const known = new Set(require('email-providers/all.json'));
        return freeOrNot((domain) => known.has(domain));
      },
    },
    {
      package: 'free-email-domains@1.12.6',
      ranked: false,
      why: 'one of the sources of free mail',
      async answers(require) {
        const known = new Set(require('free-email-domains'));
        return freeOrNot((domain) => known.has(domain));
      },
    },
    {
      package: '@activeprospect/freemail@1.5.2',
      ranked: false,
      why: 'one of the sources of free mail',
      async answers(require) {
        const freemail = require('@activeprospect/freemail');
        return ({ domain }) => {
          const address = `jane@${domain}`;
          if (freemail.isDisposable(address)) return { type: 'disposable', suggestion: null };
          return { type: freemail.isFree(address) ? 'free' : 'corporate', suggestion: null };
        };
      },
    },
    {
      package: 'company-email-validator@1.2.7',
      ranked: true,
      why: 'its list took no part in the truth',
      async answers(require) {
        const { isCompanyDomain } = require('company-email-validator');
        return freeOrNot((domain) => !isCompanyDomain(domain));
      },
    },
  ],
};
