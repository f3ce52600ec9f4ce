// Whose mail a domain is: the provider `email` on universities, employers, free mail and throw-away mail.
import { emailAnswers, isInstitution } from '../scoring/mail-domains.mjs';

const TYPE = {
  university: 'corporate',
  employer: 'corporate',
  site: 'corporate',
  free: 'free',
  disposable: 'disposable',
};

/** An answer is { type, suggestion }; a type that is null says nothing. */
function judge(row, { type, suggestion }) {
  if (type === null && suggestion === null) return 'silent';
  // An institution must not be called a typing error either. Of an error, the host that was meant says the type.
  if (isInstitution(row) && suggestion !== null) return 'wrong';
  if (row.is === 'error') return type === 'free' ? 'right' : 'silent';
  return type === TYPE[row.is] ? 'right' : 'wrong';
}

const freeOrNot =
  (isFree) =>
  ({ domain }) => ({ type: isFree(domain) ? 'free' : 'corporate', suggestion: null });

/** A package that is a list of free mail, and one of our sources. */
const listOfFreeMail = (name, file) => ({
  package: name,
  ranked: false,
  why: 'one of the sources of free mail',
  async answers(require) {
    const known = new Set(require(file));
    return freeOrNot((domain) => known.has(domain));
  },
});

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
      of: isInstitution,
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
    listOfFreeMail('email-providers@2.26.0', 'email-providers/all.json'),
    listOfFreeMail('free-email-domains@1.12.6', 'free-email-domains'),
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
