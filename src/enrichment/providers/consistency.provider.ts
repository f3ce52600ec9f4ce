import { isJsonObject } from '../../http/json-value.js';
import type { Fields } from '../../actions/action-input.js';
import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { areOnePlace } from './consistency/country-agreement.js';
import { countryOfDomain } from './countries/country-hints.js';
import { loadCountryIndex, type CountryIndex } from './countries/country-index.js';
import { readAnswer, readCountryField } from './field-values.js';
import { canBeOneName } from './consistency/name-agreement.js';
import { enrichTargets, lookup, scopeOf, type FieldLookup, type Finding, type Target } from './people.js';
import { countryNamed } from './phones/phone-country.js';
import { loadPhoneLibrary } from './phones/phone-number.js';
import type { PhoneLibrary } from './phones/phone-library.js';
import * as step from './step-settings.js';

const OUTPUTS = { conflict: 'dataConflict', fields: 'dataConflictFields' } as const;

const COUNTRIES: Readonly<Record<string, readonly string[]>> = {
  phone: ['phoneCountry'],
  country: ['countryCode', 'country'],
};
const NAMES = { full: 'fullName', first: 'firstName', last: 'lastName' } as const;

interface Plan {
  /** Fields with a country, by the name that the result gives this part of the data. */
  readonly countries: readonly (readonly [string, readonly string[]])[];
  readonly nameFields: step.OutputNames<keyof typeof NAMES>;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Says whether parts of one person's data disagree, and which. It corrects nothing, and a missing part never disagrees.
 *
 * Settings: `countries` maps a part's name to the field, or list of fields, with its country as code, name, e-mail or web
 * address (default `phone: phoneCountry` and `country: [countryCode, country]`; the first with a value counts),
 * `nameFields` maps `full`, `first` and `last` to the request's fields, `to`, `on`. A country that the phone step took
 * from elsewhere (`<field>Source` is not number) is no evidence of its own. Numbers and countries with one calling code,
 * and territories and their country, agree.
 */
export class ConsistencyProvider implements EnrichmentProvider {
  readonly key = 'consistency';
  private readonly plan = step.compileOnce((settings): Plan => ({
    countries: Object.entries(isJsonObject(settings.countries) ? settings.countries : COUNTRIES).map(
      ([part, fields]) => [part, step.fieldNamesOr(fields, [])] as const,
    ),
    nameFields: step.outputNames({ to: settings.nameFields }, NAMES),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const { countries, nameFields } = settings;
    return [
      ...step.unknownKeyProblems(settings, ['countries', 'nameFields', 'to', 'on']),
      ...countriesProblems(countries),
      ...nameFieldsProblems(nameFields),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const library = await loadPhoneLibrary();
    const countries = await loadCountryIndex();
    const plan = this.plan(settings);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => {
      const parts = countryConflicts(target.read, plan, countries, library);
      if (areNamesInConflict(lookup(requestOf(subject, target)), plan)) {
        const { full, first, last } = plan.nameFields;
        parts.push(full, first, last);
      }
      return findingOf(parts, plan);
    });
  }
}

function findingOf(parts: readonly string[], { names }: Plan): Finding {
  // An empty text, so that what an earlier answer named does not stay.
  return { fields: step.namedFields({ conflict: parts.length > 0, fields: parts.join(', ') }, names) };
}

/** The parts that disagree with another part about the country. */
function countryConflicts(read: FieldLookup, plan: Plan, countries: CountryIndex, library: PhoneLibrary): string[] {
  const found: (readonly [string, string])[] = [];
  for (const [part, fields] of plan.countries) {
    const country = countryIn(fields, read, countries, library);
    if (country !== null) found.push([part, country]);
  }
  const first = found[0]?.[1];
  if (found.every(([, country]) => country === first)) return [];
  return found
    .filter(([, country]) => found.some(([, other]) => !areOnePlace(country, other, library)))
    .map(([part]) => part);
}

function countryIn(
  fields: readonly string[],
  read: FieldLookup,
  countries: CountryIndex,
  library: PhoneLibrary,
): string | null {
  for (const field of fields) {
    const text = readCountryField(read(field));
    if (text === null) continue;
    const source = read(`${field}Source`);
    if (typeof source === 'string' && source !== 'number') return null;
    return /[@.]/.test(text) && /[@.]\S*\p{L}{2}/u.test(text) && !text.includes(' ')
      ? countryOfDomain(text)
      : countryNamed(text, countries, library);
  }
  return null;
}

/** The request's own fields: the full name of the name step is made of the others. */
function requestOf({ entity }: EnrichmentSubject, { person }: Target): Fields {
  return person === null ? entity.fields : person.fields;
}

function areNamesInConflict(read: FieldLookup, { nameFields }: Plan): boolean {
  const full = readAnswer(read(nameFields.full));
  if (full === null) return false;
  const first = readAnswer(read(nameFields.first));
  const last = readAnswer(read(nameFields.last));
  return first !== null && last !== null && !canBeOneName(full, first, last);
}

function countriesProblems(value: unknown): string[] {
  if (value === undefined) return [];
  if (!isJsonObject(value) || Object.keys(value).length < 2)
    return ['settings.countries must map at least two parts to their fields, e.g. { phone: phoneCountry, … }.'];
  return [
    ...Object.keys(value)
      .filter((part): boolean => !step.isFieldName(part))
      .map((part) => `settings.countries.${part}: a part's name must be like a field's.`),
    ...step
      .fieldNameListProblems(value, Object.keys(value))
      .map((problem) => problem.replace('settings.', 'settings.countries.')),
  ];
}

function nameFieldsProblems(value: unknown): string[] {
  if (value === undefined) return [];
  if (!isJsonObject(value)) return ['settings.nameFields must map full, first and last to fields.'];
  return [
    ...step.unknownKeyProblems(value, Object.keys(NAMES), 'settings.nameFields'),
    ...step
      .fieldNameProblems(value, Object.keys(NAMES))
      .map((problem) => problem.replace('settings.', 'settings.nameFields.')),
  ];
}
