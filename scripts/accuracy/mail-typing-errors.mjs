// Typing errors in mail domains: the provider `email` on real domains, which are none, and on slips of the keyboard.
import { emailAnswers, isInstitution } from '../scoring/mail-domains.mjs';

export default {
  title: 'Typing errors of mail domains',
  corpus: 'mail-domains.tsv',
  provider: 'email',
  reach: { right: 99, wrong: 0.1 },
  key: ({ domain }) => domain,
  answers: emailAnswers,
  /** A real domain is right without a suggestion; an error is right with the host that was meant. */
  judge({ meant }, { suggestion }) {
    if (meant === '') return suggestion === null ? 'right' : 'wrong';
    if (suggestion === null) return 'silent';
    return suggestion === meant ? 'right' : 'wrong';
  },
  subsets: [
    {
      title: 'Universities, employers and sites called a typing error',
      of: isInstitution,
      reach: { cases: 15_000, count: { wrong: 0 } },
    },
    { title: 'Slips of twenty hosts', of: ({ is }) => is === 'error', reach: { wrong: 0.5 } },
  ],
  peers: [
    {
      package: 'mailcheck@1.1.1',
      ranked: true,
      why: 'took no part in the truth',
      async answers(require) {
        const mailcheck = require('mailcheck');
        return ({ domain }) => ({ type: null, suggestion: mailcheck.run({ email: `jane@${domain}` })?.domain ?? null });
      },
    },
    {
      package: '@zootools/email-spell-checker@1.12.0',
      ranked: true,
      why: 'took no part in the truth',
      async answers(require) {
        const checker = require('@zootools/email-spell-checker').default;
        return ({ domain }) => ({ type: null, suggestion: checker.run({ email: `jane@${domain}` })?.domain ?? null });
      },
    },
  ],
};
