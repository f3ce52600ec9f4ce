import type { JsonValue } from '../../http/json-value.js';
import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { loadCountryIndex, type CountryIndex } from './country-index.js';
import { isInEuropeanUnion, regionOf } from './country-regions.js';
import { isUnreadable, readAnswer, readText } from './field-values.js';
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
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Turns a country's name in any language, or its code, into ISO codes, the English name and the UN region.
 *
 * Settings: `from` (field or list of fields, the first that names a country wins; default `country`), `to`, `on`.
 * `status` is known, unknown or missing.
 */
export class CountryProvider implements EnrichmentProvider {
  readonly key = 'country';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['country']),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', 'to', 'on']),
      ...step.fieldNameListProblems(settings, ['from']),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const index = await loadCountryIndex();
    const plan = this.plan(settings);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan, index));
  }
}

function inspect({ read }: Target, { from, names }: Plan, index: CountryIndex): Finding {
  let status = 'missing';
  for (const field of from) {
    const value = read(field);
    const text = readCountry(value);
    if (text === null) {
      if (isUnreadable(value)) status = 'unknown';
      continue;
    }
    const country = index.find(text);
    if (country !== null) {
      const europeanUnion = isInEuropeanUnion(country.alpha2);
      const where = regionOf(country.alpha2);
      return { fields: step.namedFields({ ...country, ...where, europeanUnion, status: 'known' }, names) };
    }
    status = 'unknown';
  }
  return { fields: step.namedFields({ status }, names) };
}

/** "n/a" is no answer, but "NA" is Namibia. */
function readCountry(value: JsonValue | undefined): string | null {
  return readText(value) === 'NA' ? 'NA' : readAnswer(value);
}
