import type { EntityType } from '../../actions/action-input.js';
import type { WireType } from '../../catalog/service-definition.js';

/** A field that a sample step reads or writes. */
export interface SampleField {
  readonly name: string;
  readonly type: WireType;
  readonly description: string;
}

/** An accessor that a sample step fills. */
export interface SampleAccessor extends SampleField {
  readonly allowed?: readonly string[];
}

/** A step that a new service can begin with: the fields around it, and its lines in the pipeline. */
export interface StepSample {
  readonly entities: readonly EntityType[];
  readonly about: string;
  readonly reads: readonly SampleField[];
  readonly writes: readonly SampleField[];
  /** Of the account of a buying group, beside those of its people. */
  readonly writesOfAccount?: readonly SampleField[];
  readonly accessors: readonly SampleAccessor[];
  /** YAML of the step, indented by two. */
  readonly yaml: string;
}

const PEOPLE: readonly EntityType[] = ['lead', 'accountPerson'];
const ALL: readonly EntityType[] = ['lead', 'account', 'accountPerson'];

function text(name: string, description: string): SampleField {
  return { name, type: 'string', description };
}

const STATUSES = ['valid', 'invalid', 'missing'];

/** Steps by the names of their providers, with settings that work as they stand. */
export const STEP_SAMPLES = Object.freeze({
  http: {
    entities: ALL,
    about: 'asks an API of yours',
    reads: [text('email', 'E-mail address')],
    writes: [
      text('companyName', 'Name of the company'),
      { name: 'employees', type: 'integer', description: 'Employees' },
    ],
    accessors: [{ name: 'isKnown', type: 'boolean', description: 'True when the API knows the address' }],
    yaml: `
  # Asks an API; docs/http-steps.md explains every setting.
  - provider: http
    name: company-api
    timeout: 8s
    settings:
      # Values are encoded for their place. Scheme and host are fixed.
      url: https://api.example.com/v1/companies
      query: { email: '{{email}}' }
      # The name of a secret, never its value: set SECRET_COMPANY_API_KEY, or PUT /admin/secrets/COMPANY_API_KEY.
      auth: { bearer: COMPANY_API_KEY }
      # Statuses that mean "there is nothing", which is a result and no failure.
      notFound: [404]
      map:
        fields: { companyName: answer.name, employees: answer.employees }
        accessors: { isKnown: found }
`,
  },
  lookup: {
    entities: ALL,
    about: 'looks a row of your table up',
    reads: [text('country', 'Country as your table has it')],
    writes: [text('territory', 'Territory'), text('owner', 'Owner of the territory')],
    accessors: [text('territory', 'Territory; unknown where the table has no row')],
    yaml: `
  # Takes a row of a table that you upload as CSV; docs/lookup-tables.md explains it.
  - provider: lookup
    settings:
      table: territories
      key: country
      values:
        territory: { to: territory, default: unknown }
        owner: owner
`,
  },
  expression: {
    entities: ALL,
    about: 'computes values by JSONata',
    reads: [{ name: 'employees', type: 'integer', description: 'Employees' }],
    writes: [text('segment', 'enterprise, smb or unknown')],
    accessors: [{ ...text('segment', 'Segment of the company'), allowed: ['enterprise', 'smb', 'unknown'] }],
    yaml: `
  # Computes values by JSONata; a missing field is neither equal nor unequal to a value, so it is asked for first.
  - provider: expression
    settings:
      fields:
        segment: '$exists(fields.employees) ? (fields.employees >= 500 ? "enterprise" : "smb") : "unknown"'
`,
  },
  email: {
    entities: PEOPLE,
    about: 'checks e-mail addresses',
    reads: [text('email', 'E-mail address')],
    writes: [
      text('emailNormalized', 'The address in the form mail is sent to'),
      text('emailStatus', 'valid, invalid or missing'),
    ],
    accessors: [{ ...text('emailStatus', 'Whether the address is valid'), allowed: STATUSES }],
    yaml: `
  # Checks the address without sending anything; docs/providers.md lists its results.
  - provider: email
`,
  },
  phone: {
    entities: ALL,
    about: 'brings phone numbers into international form',
    reads: [
      text('phone', 'Phone number in any notation'),
      text('country', 'Country, for numbers without a country code'),
    ],
    writes: [
      text('phoneE164', 'The number in international form'),
      text('phoneStatus', 'valid, possible, invalid or missing'),
    ],
    accessors: [
      { ...text('phoneStatus', 'Whether the number is valid'), allowed: ['valid', 'possible', 'invalid', 'missing'] },
    ],
    yaml: `
  # A number without a country code is read in the person's country.
  - provider: phone
    settings: { countryFrom: [country] }
`,
  },
  country: {
    entities: ALL,
    about: 'turns names of countries into codes',
    reads: [text('country', 'Country as a name in any language or as a code')],
    writes: [text('countryCode', 'Two-letter country code'), text('countryName', 'English name of the country')],
    accessors: [text('countryCode', 'Two-letter country code')],
    yaml: `
  # Knows the names of countries in 148 languages.
  - provider: country
`,
  },
  name: {
    entities: PEOPLE,
    about: 'puts names of people into their usual form',
    reads: [text('firstName', 'First name'), text('lastName', 'Last name')],
    writes: [
      text('firstNameNormalized', 'First name in its usual capitals'),
      text('greeting', 'How to begin a message'),
    ],
    accessors: [text('nameStatus', 'Whether the name looks like one')],
    yaml: `
  # Capitals, particles and titles of names; docs/providers.md lists its results.
  - provider: name
`,
  },
  domain: {
    entities: ['lead', 'account'],
    about: 'finds the domain of a company',
    reads: [text('website', 'Web address of the company')],
    writes: [text('companyDomain', "The company's own web domain")],
    accessors: [
      { name: 'hasCompanyDomain', type: 'boolean', description: 'True when the company has a domain of its own' },
    ],
    yaml: `
  # Free mail and shared hosts are no company's domain.
  - provider: domain
    settings: { from: [website] }
`,
  },
  'job-title': {
    entities: PEOPLE,
    about: 'reads job titles',
    reads: [text('title', 'Job title')],
    writes: [
      text('jobSeniority', 'cLevel, director, manager and others'),
      text('jobFunction', 'marketing, finance, it and others'),
    ],
    accessors: [
      {
        ...text('jobPersona', "The person's say in a purchase"),
        allowed: ['decisionMaker', 'influencer', 'practitioner'],
      },
    ],
    yaml: `
  # Reads titles in many languages into seniority and function.
  - provider: job-title
    settings: { from: title }
`,
  },
  'buying-role': {
    entities: ['accountPerson'],
    about: 'finds the roles of a buying group',
    reads: [text('title', 'Job title')],
    writes: [text('buyingRole', "The person's part in the purchase")],
    writesOfAccount: [text('missingRoles', 'Required roles that are missing, comma-separated')],
    accessors: [text('buyingRole', "The person's part in the purchase, read from the job title")],
    yaml: `
  # Gives every person a role, and the account what its committee lacks.
  - provider: buying-role
    settings:
      from: title
      # The functions that your product is for.
      targetFunctions: [marketing, sales]
`,
  },
} as const satisfies Readonly<Record<string, StepSample>>);

export type SampleName = keyof typeof STEP_SAMPLES;

export const SAMPLE_NAMES = Object.freeze(Object.keys(STEP_SAMPLES) as SampleName[]);

/** The steps that go with a kind of entity. */
export function samplesFor(entityType: EntityType): readonly SampleName[] {
  return SAMPLE_NAMES.filter((name) => (STEP_SAMPLES[name] as StepSample).entities.includes(entityType));
}

/** A sample as it goes with a kind of entity: accounts have web addresses instead of mailboxes. */
export function sampleOf(name: SampleName, entityType: EntityType): StepSample {
  const sample: StepSample = STEP_SAMPLES[name];
  if (name !== 'http' || entityType !== 'account') return sample;
  const reads = [text('website', 'Web address of the company')];
  return { ...sample, reads, yaml: sample.yaml.replace("{ email: '{{email}}' }", "{ website: '{{website}}' }") };
}
