import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { isUnreadable, readText } from './field-values.js';
import { caseName } from './name-casing.js';
import { joinName, scriptOf, splitFullName, type NameParts } from './name-splitting.js';
import { stripTitles } from './name-titles.js';
import { enrichTargets, scopeOf, type Finding, type FieldLookup, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  first: 'firstNameNormalized',
  last: 'lastNameNormalized',
  full: 'fullName',
  title: 'nameTitle',
  greeting: 'greeting',
  script: 'nameScript',
  status: 'nameStatus',
} as const;

const NOTHING = /^(?:[-–—_.?*/\\#]+|n\/?a|none|unknown|undefined|anonymous|test)$/iu;
const NO_NAME = /[@\d<>{}[\]|\\^~$%&*+=]|https?:|www\./iu;
const LONGEST_NAME = 200;

interface Plan {
  readonly first: string;
  readonly last: string;
  readonly full: string;
  readonly greeting: string;
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
    greeting: typeof settings.greeting === 'string' ? settings.greeting : 'Dear {first}',
    greetingWithoutName: typeof settings.greetingWithoutName === 'string' ? settings.greetingWithoutName : 'Hello',
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const texts = ['greeting', 'greetingWithoutName'].filter((key) => {
      const text = settings[key];
      return text !== undefined && (typeof text !== 'string' || text.length > LONGEST_NAME);
    });
    const greeting = typeof settings.greeting === 'string' ? settings.greeting : '';
    const slots = [...greeting.matchAll(/\{([^}]*)\}/gu)].map((match) => match[1] ?? '');
    return [
      ...step.unknownKeyProblems(settings, [
        'firstFrom',
        'lastFrom',
        'fullFrom',
        'greeting',
        'greetingWithoutName',
        'to',
        'on',
      ]),
      ...step.fieldNameProblems(settings, ['firstFrom', 'lastFrom', 'fullFrom']),
      ...texts.map((key) => `settings.${key} must be a text of at most ${LONGEST_NAME} characters.`),
      ...slots
        .filter((slot) => !['first', 'last', 'full', 'title'].includes(slot))
        .map((slot) => `settings.greeting has {${slot}}; known are {first}, {last}, {full} and {title}.`),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan));
  }
}

function inspect({ read }: Target, plan: Plan): Finding {
  const first = readName(read, plan.first);
  const last = readName(read, plan.last);
  const full = first === null || last === null ? readName(read, plan.full) : null;
  const stated = [first, last, full].filter((name) => name !== null);
  if (stated.length === 0) {
    const unreadable = [plan.first, plan.last, plan.full].some((field) => isUnreadable(read(field)));
    return nameless(unreadable ? 'suspicious' : 'missing', plan);
  }
  if (stated.some((name) => NO_NAME.test(name) || name.length > LONGEST_NAME)) return nameless('suspicious', plan);
  const { title, ...split } = partsOf(first, last, full);
  const parts = {
    first: split.first === null ? null : caseName(split.first, true),
    last: split.last === null ? null : caseName(split.last, false),
  };
  const whole = joinName(parts);
  const values = { ...parts, full: whole, title };
  return {
    fields: step.namedFields(
      {
        ...values,
        greeting: greet(plan, values),
        script: whole === null ? null : scriptOf(whole),
        status: parts.first !== null && parts.last !== null ? 'valid' : 'partial',
      },
      plan.names,
    ),
  };
}

function readName(read: FieldLookup, field: string): string | null {
  const text = readText(read(field));
  return text === null || NOTHING.test(text) ? null : text;
}

function partsOf(first: string | null, last: string | null, full: string | null): NameParts & { title: string | null } {
  // "Jane Doe" in the first name's box with nothing else is a full name.
  const whole = full ?? (last === null ? first : null);
  if (whole !== null) {
    const { name, title } = stripTitles(whole);
    const parts = splitFullName(name);
    return {
      first: first !== null && full !== null ? stripTitles(first).name : parts.first,
      last: last ?? parts.last,
      title,
    };
  }
  if (first === null) return { first, last: last === null ? null : stripTitles(last).name, title: null };
  const { name, title } = stripTitles(first);
  return { first: name, last: last === null ? null : stripTitles(last).name, title };
}

function nameless(status: 'missing' | 'suspicious', { greetingWithoutName, names }: Plan): Finding {
  return { fields: step.namedFields({ greeting: greetingWithoutName, status }, names) };
}

function greet(plan: Plan, values: Readonly<Record<'first' | 'last' | 'full' | 'title', string | null>>): string {
  const slots = [...plan.greeting.matchAll(/\{(first|last|full|title)\}/gu)].map(
    (match) => match[1] as keyof typeof values,
  );
  // A title may be missing from a greeting; a name may not.
  if (slots.some((slot) => slot !== 'title' && values[slot] === null)) return plan.greetingWithoutName;
  const text = plan.greeting.replace(
    /\{(first|last|full|title)\}/gu,
    (_all, slot: keyof typeof values) => values[slot] ?? '',
  );
  return text.replace(/ {2,}/gu, ' ').trim();
}
