import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { loadCountryIndex, type CountryIndex } from './country-index.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { flowText } from './flow-values.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import { inspectPhone, loadPhoneLibrary, type PhoneLibrary } from './phone-number.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  e164: 'phoneE164',
  valid: 'phoneValid',
  status: 'phoneStatus',
  type: 'phoneType',
  country: 'phoneCountry',
  national: 'phoneNational',
  extension: 'phoneExtension',
} as const;

interface Plan {
  readonly from: readonly string[];
  readonly countryFrom: readonly string[];
  readonly defaultCountry: string | null;
  readonly countryFlowAttribute: string | null;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Brings a phone number into E.164 and says whether it is valid, of which type and of which country.
 *
 * Settings: `from` (field or list of fields, the first that holds a number wins; default `phone`), `countryFrom`
 * (fields with the person's country as code or name; default `countryCode`, `country`), `countryFlowAttribute` (flow
 * attribute with the country of everyone else), `defaultCountry` (alpha-2, when neither says anything), `to`, `on`.
 * `status` is valid, possible (right length, unknown range), invalid or missing.
 */
export class PhoneProvider implements EnrichmentProvider {
  readonly key = 'phone';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['phone']),
    countryFrom: step.fieldNamesOr(settings.countryFrom, ['countryCode', 'country']),
    defaultCountry: typeof settings.defaultCountry === 'string' ? settings.defaultCountry : null,
    countryFlowAttribute: step.isFieldName(settings.countryFlowAttribute) ? settings.countryFlowAttribute : null,
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const { defaultCountry } = settings;
    const isCode = typeof defaultCountry === 'string' && /^[A-Z]{2}$/.test(defaultCountry);
    return [
      ...step.unknownKeyProblems(settings, [
        'from',
        'countryFrom',
        'countryFlowAttribute',
        'defaultCountry',
        'to',
        'on',
      ]),
      ...step.fieldNameListProblems(settings, ['from', 'countryFrom']),
      ...step.fieldNameProblems(settings, ['countryFlowAttribute']),
      ...(defaultCountry === undefined || isCode
        ? []
        : ['settings.defaultCountry must be a two-letter country code in capitals, e.g. "DE".']),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const [library, countries] = await Promise.all([loadPhoneLibrary(), loadCountryIndex()]);
    const plan = this.plan(settings);
    const stated = plan.countryFlowAttribute === null ? null : flowText(context, plan.countryFlowAttribute);
    const country = (stated === null ? undefined : countries.find(stated)?.alpha2) ?? plan.defaultCountry;
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) =>
      inspect(target, plan, countryOf(target, plan, countries) ?? country, library),
    );
  }
}

function countryOf({ read, readAccount }: Target, plan: Plan, countries: CountryIndex): string | null {
  for (const lookUp of [read, readAccount]) {
    for (const field of plan.countryFrom) {
      const text = readAnswer(lookUp(field));
      const country = text === null ? null : countries.find(text);
      if (country !== null) return country.alpha2;
    }
  }
  return null;
}

function inspect({ read }: Target, { from, names }: Plan, country: string | null, library: PhoneLibrary): Finding {
  let worst = 'missing';
  for (const field of from) {
    const value = read(field);
    const text = readAnswer(value);
    if (text === null) {
      if (isUnreadable(value)) worst = 'invalid';
      continue;
    }
    const facts = inspectPhone(text, country, library);
    if (facts.status !== 'invalid')
      return { fields: step.namedFields({ ...facts, valid: facts.status === 'valid' }, names) };
    worst = 'invalid';
  }
  return { fields: step.namedFields({ status: worst, valid: false }, names) };
}
