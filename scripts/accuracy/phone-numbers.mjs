// Example numbers of all regions and types, in eight written forms, with the country and without.
import { askProvider } from '../scoring/ask-provider.mjs';

const NOTHING = { valid: false, e164: undefined, country: undefined, extension: undefined };

export default {
  title: 'Phone numbers',
  corpus: 'phone-numbers.tsv',
  provider: 'phone',
  reach: { right: 99.5 },
  subsets: [
    { title: 'with country', of: (row) => row.country !== '', reach: { right: 99.5 } },
    { title: 'international, without country', of: (row) => row.country === '' && row.e164 !== '' },
    {
      title: 'without country and without plus (wrong: called valid or given a country)',
      of: (row) => row.country === '' && row.e164 === '',
      reach: { wrong: 0 },
    },
  ],
  // All forms of one number are in the same half.
  key: (row) => `${row.region} ${row.type}`,

  /** @param dist absolute path of the built dist. */
  async answers(dist) {
    const ask = await askProvider(dist, 'phone');
    return async ({ written, country }) => {
      const fields = await ask({ phone: written, ...(country !== '' && { country }) });
      return {
        valid: fields.phoneValid,
        e164: fields.phoneE164,
        country: fields.phoneCountry,
        extension: fields.phoneExtension,
      };
    };
  },

  judge({ e164, extension }, answer) {
    const claims = answer.valid || answer.e164 !== undefined || answer.country !== undefined;
    if (e164 === '') return claims ? 'wrong' : 'right';
    if (!answer.valid) return 'silent';
    if (answer.e164 !== e164) return 'wrong';
    return (answer.extension ?? '') === extension ? 'right' : 'silent';
  },

  peers: [
    {
      package: 'google-libphonenumber@3.2.47',
      ranked: false,
      why: 'its example numbers are the truth',
      async answers(require) {
        const { PhoneNumberUtil, PhoneNumberFormat } = require('google-libphonenumber');
        const util = PhoneNumberUtil.getInstance();
        return ({ written, country }) => {
          try {
            const number = util.parse(written, country || undefined);
            if (!util.isValidNumber(number)) return NOTHING;
            return {
              valid: true,
              e164: util.format(number, PhoneNumberFormat.E164),
              country: util.getRegionCodeForNumber(number),
              extension: number.getExtension() ?? undefined,
            };
          } catch {
            return NOTHING;
          }
        };
      },
    },
    {
      package: 'libphonenumber-js@1.13.16',
      ranked: true,
      why: 'the build "min"',
      async answers(require) {
        const { parsePhoneNumberFromString } = require('libphonenumber-js/min');
        return ({ written, country }) => {
          const number = parsePhoneNumberFromString(written, country || undefined);
          if (number === undefined || !number.isValid()) return NOTHING;
          return { valid: true, e164: number.number, country: number.country, extension: number.ext };
        };
      },
    },
    {
      package: 'phone@3.1.72',
      ranked: true,
      why: 'plans of its own, made for short messages',
      async answers(require) {
        const { phone } = require('phone');
        return ({ written, country }) => {
          const options = { validateMobilePrefix: false, ...(country !== '' && { country }) };
          const found = phone(written, options);
          if (!found.isValid) return NOTHING;
          return { valid: true, e164: found.phoneNumber, country: found.countryIso2 ?? undefined };
        };
      },
    },
  ],
};
