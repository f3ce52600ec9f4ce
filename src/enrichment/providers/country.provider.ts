import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { loadCountryIndex, type CountryIndex } from './countries/country-index.js';
import { isInEuropeanUnion, regionOf } from './countries/country-regions.js';
import { isUnreadable, readCountryField } from './field-values.js';
import { flowText } from './flow-values.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  alpha2: 'countryCode',
  alpha3: 'countryAlpha3',
  name: 'countryName',
  region: 'countryRegion',
  subregion: 'countrySubregion',
  europeanUnion: 'isInEuropeanUnion',
  status: 'countryStatus',
} as const;

interface Plan {
  readonly from: readonly string[];
  readonly languageFrom: readonly string[];
  readonly languageFlowAttribute: string | null;
  readonly language: string | null;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Turns a country's name in any language, or its code, into ISO codes, the English name and the UN region.
 *
 * Settings: `from` (field or list of fields, the first that names a country wins; default `country`), `languageFrom`
 * (fields with the language of the person as tag, "nb" or "nb-NO"; default `language`, `locale`),
 * `languageFlowAttribute` (flow attribute with the language of everyone else), `language` (when neither says
 * anything), `to`, `on`. A language settles a name that two countries bear, e.g. "Kongo". `status` is known, unknown or
 * missing; a text that names no country, two, or one of several is unknown.
 */
export class CountryProvider implements EnrichmentProvider {
  readonly key = 'country';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['country']),
    languageFrom: step.fieldNamesOr(settings.languageFrom, ['language', 'locale']),
    languageFlowAttribute: step.isFieldName(settings.languageFlowAttribute) ? settings.languageFlowAttribute : null,
    language: isLanguageTag(settings.language) ? settings.language : null,
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const isFine = settings.language === undefined || isLanguageTag(settings.language);
    return [
      ...step.unknownKeyProblems(settings, ['from', 'languageFrom', 'languageFlowAttribute', 'language', 'to', 'on']),
      ...step.fieldNameListProblems(settings, ['from', 'languageFrom']),
      ...step.fieldNameProblems(settings, ['languageFlowAttribute']),
      ...(isFine ? [] : ['settings.language must be a language tag, e.g. "nb" or "pt-BR".']),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const index = await loadCountryIndex();
    const plan = this.plan(settings);
    const stated = plan.languageFlowAttribute === null ? null : flowText(context, plan.languageFlowAttribute);
    const language = isLanguageTag(stated) ? stated : plan.language;
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) =>
      inspect(target, plan, languageOf(target, plan) ?? language, index),
    );
  }
}

const LANGUAGE_TAG = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i;

function isLanguageTag(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 35 && LANGUAGE_TAG.test(value);
}

function languageOf({ read, readAccount }: Target, { languageFrom }: Plan): string | null {
  for (const lookUp of [read, readAccount]) {
    for (const field of languageFrom) {
      const tag = lookUp(field);
      if (isLanguageTag(tag)) return tag;
    }
  }
  return null;
}

function inspect({ read }: Target, { from, names }: Plan, language: string | null, index: CountryIndex): Finding {
  let status = 'missing';
  for (const field of from) {
    const value = read(field);
    const text = readCountryField(value);
    if (text === null) {
      if (isUnreadable(value)) status = 'unknown';
      continue;
    }
    const country = index.find(text, language);
    if (country !== null) {
      const europeanUnion = isInEuropeanUnion(country.alpha2);
      const where = regionOf(country.alpha2);
      return { fields: step.namedFields({ ...country, ...where, europeanUnion, status: 'known' }, names) };
    }
    status = 'unknown';
  }
  return { fields: step.namedFields({ status }, names) };
}
