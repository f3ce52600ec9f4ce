import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { loadCountryIndex } from './countries/country-index.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import {
  compileCountryPlan,
  countryOf,
  countrySettingProblems,
  COUNTRY_SETTINGS,
  sharedCountry,
  type CountryEvidence,
  type CountryPlan,
} from './phones/phone-country.js';
import { inspectPhone, loadPhoneLibrary } from './phones/phone-number.js';
import type { PhoneLibrary } from './phones/phone-library.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  e164: 'phoneE164',
  valid: 'phoneValid',
  status: 'phoneStatus',
  type: 'phoneType',
  country: 'phoneCountry',
  countrySource: 'phoneCountrySource',
  national: 'phoneNational',
  extension: 'phoneExtension',
} as const;

interface Plan extends CountryPlan {
  readonly from: readonly string[];
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Brings a phone number into E.164 and says whether it is valid, of which type and of which country.
 *
 * A number with a country code is decided by itself. Any other needs the person's country; without evidence for one it is
 * at most possible, and has neither E.164 nor country.
 *
 * Settings: `from` (field or list of fields, the first that holds a number wins; default `phone`), `countryFrom` (fields
 * with the person's country as code or name; default `countryCode`, `country`), `to`, `on`. Further evidence, in this
 * order, only where it is set: `accountCountryFrom` (fields of the account), `domainFrom` (e-mail or web addresses with a
 * country's domain), `languageFrom` (locales and languages), `countryFlowAttribute`, `defaultCountry` (alpha-2).
 * `status` is valid, possible (right length, unknown range or country), invalid or missing. `countrySource` is number, the
 * field's name (`account.` in front for the account's), flowAttribute or default.
 */
export class PhoneProvider implements EnrichmentProvider {
  readonly key = 'phone';
  private readonly plan = step.compileOnce((settings): Plan => ({
    ...compileCountryPlan(settings),
    from: step.fieldNamesOr(settings.from, ['phone']),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', ...COUNTRY_SETTINGS, 'to', 'on']),
      ...step.fieldNameListProblems(settings, ['from']),
      ...countrySettingProblems(settings),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const library = await loadPhoneLibrary();
    const countries = await loadCountryIndex();
    const plan = this.plan(settings);
    const shared = sharedCountry(plan, context, countries);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) =>
      inspect(target, plan, countryOf(target, plan, shared, countries, library), library),
    );
  }
}

function inspect({ read }: Target, { from, names }: Plan, evidence: CountryEvidence, library: PhoneLibrary): Finding {
  let worst = 'missing';
  for (const field of from) {
    const value = read(field);
    const text = readAnswer(value);
    if (text === null) {
      if (isUnreadable(value)) worst = 'invalid';
      continue;
    }
    const facts = inspectPhone(text, evidence.country, library);
    if (facts.status === 'invalid') {
      worst = 'invalid';
      continue;
    }
    const source = facts.isInternational === true ? 'number' : evidence.source;
    const countrySource = facts.e164 === undefined ? null : source;
    const { status, e164, type, country, national, extension } = facts;
    const valid = status === 'valid';
    const found = { status, e164, type, country, national, extension, valid, countrySource };
    return { fields: step.namedFields(found, names) };
  }
  return { fields: step.namedFields({ status: worst, valid: false }, names) };
}
