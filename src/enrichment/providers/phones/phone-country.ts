import type { EnrichmentContext } from '../../enrichment-provider.js';
import { countryOfDomain, countryOfLanguage } from '../countries/country-hints.js';
import type { CountryIndex } from '../countries/country-index.js';
import { readCountryField } from '../field-values.js';
import { flowText } from '../flow-values.js';
import type { FieldLookup, Target } from '../people.js';
import type { PhoneLibrary } from './phone-library.js';
import * as step from '../step-settings.js';

/** Where a step may look for the country of a number that does not say it. */
export interface CountryPlan {
  readonly countryFrom: readonly string[];
  readonly accountCountryFrom: readonly string[];
  readonly domainFrom: readonly string[];
  readonly languageFrom: readonly string[];
  readonly countryFlowAttribute: string | null;
  readonly defaultCountry: string | null;
}

/** A country, and the evidence for it. */
export interface CountryEvidence {
  readonly country: string | null;
  /** A field's name, `account.` and a field's name, `flowAttribute` or `default`; null without a country. */
  readonly source: string | null;
}

/** Settings of a step that say where it may look for a country. */
export const COUNTRY_SETTINGS = [
  'countryFrom',
  'accountCountryFrom',
  'domainFrom',
  'languageFrom',
  'countryFlowAttribute',
  'defaultCountry',
] as const;

const NONE: CountryEvidence = Object.freeze({ country: null, source: null });

/** Reads the settings; only the person's own country is looked at unless they say more. */
export function compileCountryPlan(settings: step.Settings): CountryPlan {
  return {
    countryFrom: step.fieldNamesOr(settings.countryFrom, ['countryCode', 'country']),
    accountCountryFrom: step.fieldNamesOr(settings.accountCountryFrom, []),
    domainFrom: step.fieldNamesOr(settings.domainFrom, []),
    languageFrom: step.fieldNamesOr(settings.languageFrom, []),
    countryFlowAttribute: step.isFieldName(settings.countryFlowAttribute) ? settings.countryFlowAttribute : null,
    defaultCountry: typeof settings.defaultCountry === 'string' ? settings.defaultCountry : null,
  };
}

/** One sentence per problem of these settings. */
export function countrySettingProblems(settings: step.Settings): string[] {
  const { defaultCountry } = settings;
  const isCode = typeof defaultCountry === 'string' && /^[A-Z]{2}$/.test(defaultCountry);
  return [
    ...step.fieldNameListProblems(settings, ['countryFrom', 'accountCountryFrom', 'domainFrom', 'languageFrom']),
    ...step.fieldNameProblems(settings, ['countryFlowAttribute']),
    ...(defaultCountry === undefined || isCode
      ? []
      : ['settings.defaultCountry must be a two-letter country code in capitals, e.g. "DE".']),
  ];
}

/** The country of everyone who states none: the flow attribute, else the default. */
export function sharedCountry(plan: CountryPlan, context: EnrichmentContext, countries: CountryIndex): CountryEvidence {
  const stated = plan.countryFlowAttribute === null ? null : flowText(context, plan.countryFlowAttribute);
  const country = stated === null ? undefined : countries.find(stated)?.alpha2;
  if (country !== undefined) return { country, source: 'flowAttribute' };
  return plan.defaultCountry === null ? NONE : { country: plan.defaultCountry, source: 'default' };
}

/** The strongest evidence for a person's country. A country that is stated, but not understood, is not replaced. */
export function countryOf(
  { read, readAccount }: Target,
  plan: CountryPlan,
  shared: CountryEvidence,
  countries: CountryIndex,
  library: PhoneLibrary,
): CountryEvidence {
  const byName = (text: string): string | null => countryNamed(text, countries, library);
  const stated = firstOf(plan.countryFrom, read, byName);
  if (stated.country !== null || stated.isUnclear) return stated;
  const ofAccount = firstOf(plan.accountCountryFrom, readAccount, byName, 'account.');
  if (ofAccount.country !== null) return ofAccount;
  const byDomain = firstOf(plan.domainFrom, read, countryOfDomain);
  if (byDomain.country !== null) return byDomain;
  const byLanguage = firstOf(plan.languageFrom, read, countryOfLanguage);
  return byLanguage.country === null ? shared : byLanguage;
}

/** The country of a name or code. Ascension and Tristan da Cunha have numbers, but no code in ISO 3166-1. */
export function countryNamed(text: string, countries: CountryIndex, library: PhoneLibrary): string | null {
  const country = countries.find(text)?.alpha2;
  return country ?? (/^[A-Z]{2}$/.test(text) && library.isSupportedCountry(text) ? text : null);
}

function firstOf(
  fields: readonly string[],
  read: FieldLookup,
  find: (text: string) => string | null,
  prefix = '',
): CountryEvidence & { readonly isUnclear: boolean } {
  let isUnclear = false;
  for (const field of fields) {
    const text = readCountryField(read(field));
    if (text === null) continue;
    const country = find(text);
    if (country !== null) return { country, source: prefix + field, isUnclear: false };
    isUnclear = true;
  }
  return { ...NONE, isUnclear };
}
