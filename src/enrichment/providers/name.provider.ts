import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { loadCountryIndex, type CountryIndex } from './countries/country-index.js';
import { isUnreadable, readAnswer, readText } from './field-values.js';
import { caseName } from './names/name-casing.js';
import { nameLanguage, type NameLanguage } from './names/name-evidence.js';
import { greetingOf, isInitial, type GreetingValues } from './names/name-greeting.js';
import { readNameBoxes, type ReadName } from './names/name-reading.js';
import { joinName, scriptOf } from './names/name-splitting.js';
import { suspect, suspectsBox } from './names/name-suspects.js';
import { enrichTargets, scopeOf, type Finding, type FieldLookup, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  first: 'firstNameNormalized',
  last: 'lastNameNormalized',
  full: 'fullName',
  title: 'nameTitle',
  suffix: 'nameSuffix',
  pronouns: 'namePronouns',
  remark: 'nameRemark',
  greeting: 'greeting',
  script: 'nameScript',
  status: 'nameStatus',
} as const;

// One box of these is empty; the other does not matter.
const NOTHING = /^(?:[-–—_.?*/\\#]+|n\/?a|none|unknown|undefined|anonymous|test)$/iu;
const LONGEST_TEMPLATE = 200;
// With titles and remarks. Longer texts are no name, and reading them would only cost time.
const LONGEST_BOX = 400;

interface Plan {
  readonly first: string;
  readonly last: string;
  readonly full: string;
  readonly countryFrom: readonly string[];
  readonly languageFrom: readonly string[];
  readonly greet: (values: GreetingValues) => string | null;
  readonly greetingWithoutName: string;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Brings a person's name into its usual capitals, splits a full name, takes titles off it and writes a greeting.
 *
 * Settings: `firstFrom`, `lastFrom`, `fullFrom` (fields, defaults `firstName`, `lastName`, `fullName`; the full name is
 * read when the other two are missing or the first name holds everything), `greeting` (text with `{first}`, `{last}`,
 * `{full}`, `{title}`; default `Dear {first}`), `greetingWithoutName` (default `Hello`), `to`, `on`.
 * `status` is valid, partial (one of the two names), suspicious (no name a person has) or missing.
 */
export class NameProvider implements EnrichmentProvider {
  readonly key = 'name';
  private readonly plan = step.compileOnce((settings): Plan => ({
    first: step.fieldNameOr(settings.firstFrom, 'firstName'),
    last: step.fieldNameOr(settings.lastFrom, 'lastName'),
    full: step.fieldNameOr(settings.fullFrom, 'fullName'),
    countryFrom: step.fieldNamesOr(settings.countryFrom, ['countryCode', 'country']),
    languageFrom: step.fieldNamesOr(settings.languageFrom, ['language', 'preferredLanguage', 'locale']),
    greet: greetingOf(typeof settings.greeting === 'string' ? settings.greeting : 'Dear {first}'),
    greetingWithoutName: typeof settings.greetingWithoutName === 'string' ? settings.greetingWithoutName : 'Hello',
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const texts = ['greeting', 'greetingWithoutName'].filter((key) => {
      const text = settings[key];
      return text !== undefined && (typeof text !== 'string' || text.length > LONGEST_TEMPLATE);
    });
    const greeting = typeof settings.greeting === 'string' ? settings.greeting : '';
    const slots = [...greeting.matchAll(/\{([^}]*)\}/gu)].map((match) => match[1] ?? '');
    return [
      ...step.unknownKeyProblems(settings, [
        'firstFrom',
        'lastFrom',
        'fullFrom',
        'countryFrom',
        'languageFrom',
        'greeting',
        'greetingWithoutName',
        'to',
        'on',
      ]),
      ...step.fieldNameProblems(settings, ['firstFrom', 'lastFrom', 'fullFrom']),
      ...step.fieldNameListProblems(settings, ['countryFrom', 'languageFrom']),
      ...texts.map((key) => `settings.${key} must be a text of at most ${LONGEST_TEMPLATE} characters.`),
      ...slots
        .filter((slot) => !['first', 'last', 'full', 'title'].includes(slot))
        .map((slot) => `settings.greeting has {${slot}}; known are {first}, {last}, {full} and {title}.`),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    const countries = await loadCountryIndex();
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan, countries));
  }
}

function inspect(target: Target, plan: Plan, countries: CountryIndex): Finding {
  const { read } = target;
  const first = readBox(read, plan.first);
  const last = readBox(read, plan.last);
  const full = first === null || last === null ? readBox(read, plan.full) : null;
  const stated = [first, last, full].filter((name) => name !== null);
  if (stated.length === 0) {
    const unreadable = [plan.first, plan.last, plan.full].some((field) => isUnreadable(read(field)));
    return nameless(unreadable ? 'suspicious' : 'missing', plan);
  }
  if (stated.some((name) => name.length > LONGEST_BOX)) return nameless('suspicious', plan);
  const language = languageOf(target, plan, countries);
  const name = readNameBoxes({ first, last, full }, language);
  const typed = [name.first, name.last, name.undivided].filter((part) => part !== null);
  const suspicion = typed.length === 0 ? 'nothing' : suspect(typed.join(' '));
  if (suspicion === 'suspicious' || typed.some(suspectsBox)) return nameless('suspicious', plan);
  if (suspicion === 'nothing') return nameless('missing', plan, name);
  return found(name, language, plan);
}

function found(name: ReadName, language: NameLanguage | null, plan: Plan): Finding {
  const first = name.first === null ? null : caseName(name.first, true, language);
  const last = name.last === null ? null : caseName(name.last, false, language);
  const full = joinName({ first, last }) ?? name.undivided;
  const { title, suffix, pronouns, remark, couple } = name;
  const isWhole = first !== null && last !== null && !isInitial(first) && !isInitial(last) && !couple;
  const greeting = couple ? null : plan.greet({ first, last, full, title });
  const values = {
    first,
    last,
    full,
    title,
    suffix,
    pronouns,
    remark,
    greeting: greeting ?? plan.greetingWithoutName,
    script: full === null ? null : scriptOf(full),
    status: isWhole ? 'valid' : 'partial',
  };
  return { fields: step.namedFields(values, plan.names) };
}

function readBox(read: FieldLookup, field: string): string | null {
  const text = readText(read(field));
  return text === null || NOTHING.test(text) ? null : text;
}

/** Reads the fields of the settings, of the person and else of the account. */
function languageOf({ read, readAccount }: Target, plan: Plan, countries: CountryIndex): NameLanguage | null {
  const language = firstAnswer(read, plan.languageFrom);
  const country = firstAnswer(read, plan.countryFrom) ?? firstAnswer(readAccount, plan.countryFrom);
  if (language === null && country === null) return null;
  const code = country === null || /^[A-Z]{2}$/u.test(country) ? country : (countries.find(country)?.alpha2 ?? null);
  return nameLanguage(language, code);
}

function firstAnswer(read: FieldLookup, fields: readonly string[]): string | null {
  for (const field of fields) {
    const text = readAnswer(read(field));
    if (text !== null) return text;
  }
  return null;
}

function nameless(status: 'missing' | 'suspicious', plan: Plan, name: Partial<ReadName> = {}): Finding {
  const { title, suffix, pronouns, remark } = name;
  const values = { title, suffix, pronouns, remark, greeting: plan.greetingWithoutName, status };
  return { fields: step.namedFields(values, plan.names) };
}
