// Makes test/corpora/phone-numbers.tsv: the example number of each region and type, in eight written forms, with the
// country and without.
import { createHash } from 'node:crypto';
import { writeCorpus } from './corpus-file.mjs';
import { installPackages } from './packages.mjs';

const SOURCE = 'google-libphonenumber@3.2.47';
const { PhoneNumberUtil, PhoneNumberType, PhoneNumberFormat } = installPackages([SOURCE]).require(
  'google-libphonenumber',
);
const plans = PhoneNumberUtil.getInstance();

/** FIXED_LINE_OR_MOBILE repeats the example of FIXED_LINE. */
const types = Object.entries(PhoneNumberType).filter(
  ([name, value]) => value >= 0 && name !== 'FIXED_LINE_OR_MOBILE' && name !== 'UNKNOWN',
);
const EXTENSIONS = [
  'ext. 204',
  'x204',
  '#204',
  'Durchwahl 204',
  'DW 204',
  'poste 204',
  'interno 204',
  'anexo 204',
  'ramal 204',
  'доб. 204',
  '内線 204',
  '分机 204',
  'toestel 204',
  'wewn. 204',
  'linka 204',
  'mellék 204',
  'dahili 204',
  '내선 204',
  'anknytning 204',
  'تحويلة 204',
];
const LABELS = ['Tel. ', 'Phone: ', 'Tél.\u00A0: ', 'Телефон: ', '電話：', 'Mobile ', 'T: ', 'tel:'];
const SEPARATORS = ['.', '-', ' ', '\u00A0', '\u2011', '/'];
const ZEROS = [0xff10, 0x0660, 0x06f0, 0x0966];

/** A choice that stays the same when the corpus is made again. */
function choose(list, key) {
  return list[createHash('sha256').update(key).digest().readUInt32BE(4) % list.length];
}

function writtenForms(number, key) {
  const e164 = plans.format(number, PhoneNumberFormat.E164);
  const international = plans.format(number, PhoneNumberFormat.INTERNATIONAL);
  const national = plans.format(number, PhoneNumberFormat.NATIONAL);
  const [code, ...groups] = international.split(' ');
  const rest = groups.join(' ');
  // A trunk zero that callers from abroad leave out is written in brackets; elsewhere the first group is.
  const hasTrunkZero = national.startsWith('0') && !rest.startsWith('0');
  const bracketed = hasTrunkZero ? `${code} (0)${rest}` : `${code} (${groups[0]}) ${groups.slice(1).join(' ')}`.trim();
  const separator = choose(SEPARATORS, `${key} separator`);
  // A slash stands behind the area code alone.
  const separated =
    separator === '/'
      ? national.replace(/[\s-]+/u, '/')
      : national.replace(/\)\s*|[\s-]+/gu, separator).replace('(', '');
  const zero = choose(ZEROS, `${key} digits`);
  const digits = national.replace(/\D/gu, '');
  return {
    e164,
    forms: {
      e164,
      international,
      exit: `00${code.slice(1)} ${rest}`,
      bracketed,
      national,
      digits: choose(
        [digits, [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')],
        `${key} script`,
      ),
      separated,
      dressed: `${choose(LABELS, `${key} label`)}${national} ${choose(EXTENSIONS, `${key} extension`)}`,
    },
  };
}

const rows = [];
for (const region of plans.getSupportedRegions().sort()) {
  const seen = new Set();
  for (const [type, value] of types) {
    const number = plans.getExampleNumberForType(region, value);
    if (!number) continue;
    const { e164, forms } = writtenForms(number, `${region} ${type}`);
    if (seen.has(e164)) continue;
    seen.add(e164);
    for (const [form, written] of Object.entries(forms)) {
      const itself = /^\+|^00/u.test(written);
      const extension = form === 'dressed' ? '204' : '';
      rows.push([written, region, e164, extension, region, type, form]);
      rows.push([written, '', itself ? e164 : '', extension, region, type, form]);
    }
  }
}
for (const code of plans.getSupportedGlobalNetworkCallingCodes()) {
  const number = plans.getExampleNumberForNonGeoEntity(code);
  const { e164, forms } = writtenForms(number, `${code}`);
  for (const form of ['e164', 'international', 'exit']) rows.push([forms[form], '', e164, '', '001', 'GLOBAL', form]);
}

writeCorpus('phone-numbers.tsv', {
  sources: [`${SOURCE}, getExampleNumberForType of each region and type, getExampleNumberForNonGeoEntity`],
  licence: 'Apache-2.0 (libphonenumber, Copyright The Libphonenumber Authors)',
  madeBy: 'scripts/corpora/make-phone-numbers.mjs',
  notes: [
    'country: the country stated beside the number, empty when none is',
    'e164: the number meant; empty when the text alone does not say of which country it is: then it is not valid',
  ],
  columns: ['written', 'country', 'e164', 'extension', 'region', 'type', 'form'],
  rows,
});
console.log(`${rows.length} rows`);
