import { stringify } from 'yaml';
import type { EntityType } from '../../actions/action-input.js';
import { type SampleAccessor, type SampleField, type SampleName, sampleOf } from './step-samples.js';

/** The answers that a new service is made of. */
export interface NewService {
  readonly name: string;
  readonly entityType: EntityType;
  readonly steps: readonly SampleName[];
}

const SUBJECTS: Readonly<Record<EntityType, string>> = {
  lead: 'a person',
  account: 'an account',
  accountPerson: 'the people of an account',
};

/** Writes the YAML of a new service, with a comment beside everything that its author should know or change. */
export function writeService({ name, entityType, steps }: NewService): string {
  const samples = steps.map((step) => sampleOf(step, entityType));
  const title = titleOf(name);
  const reads = unique(samples.flatMap((sample) => sample.reads));
  const writes = unique(samples.flatMap((sample) => sample.writes));
  const ofAccount = unique(samples.flatMap((sample) => sample.writesOfAccount ?? []));
  const accessors = unique<SampleAccessor>(samples.flatMap((sample) => sample.accessors));
  const about = samples.map((sample) => sample.about).join(', then ');
  return `# ${title}: ${about}, about ${SUBJECTS[entityType]}.
# docs/services.md explains every key, docs/providers.md every provider.
# Check it with: npm run validate -- <this file>    Try it with: npm run try -- <this file>

# Part of the address: /services/<apiName>. Unique.
apiName: ${quote(name)}
supportedEntityType: ${entityType}
# Journeys may split by the accessors below.
enableSplitPaths: true
# Minutes until the journey gives up (1 to 240).
timeout: 60

# The texts that Adobe shows.
i18n:
  en_US:
    name: ${quote(title)}
    description: ${quote(`The service ${about}.`)}
description: ${quote(`The service ${about}.`)}

# The most important flow attribute.
primaryAttribute: campaign

# Values that Adobe sends. An admin maps them to fields of Adobe; require as little as you can.
invocationPayloadDef:
  # Set by a journey's author, once per step. Expressions read it as flowStep.campaign, templates as {{flow.campaign}}.
  flowAttributes:
    - apiName: campaign
      dataType: string
      i18n: { en_US: { displayName: Campaign, description: Name of the campaign } }
${writeFieldLists(entityType, reads, [])}
  accessorsMetadata:
${accessors.map(writeAccessor).join('\n')}

# Values that go back; nothing else is ever sent. write: whenEmpty keeps values that Adobe has.
callbackPayloadDef:
${writeFieldLists(entityType, writes, ofAccount)}

# Head of the document that an admin gives to Adobe. The title is unique among all services there.
openapi:
  title: ${quote(title)}
  version: 1.0.0
  providerName: Example Ltd
  supportContact: support@example.com

# Steps, in order. Each sees what those before it found. required: true fails the action with the step;
# when: 'fields.country = "DE"' runs it under a condition.
pipeline:
${samples.map(({ yaml }) => yaml.trim().replace(/^/, '  ')).join('\n\n')}
`;
}

/** \`phone-check\` as \`Phone check\`. */
function titleOf(name: string): string {
  const words = name.replace(/[-_]+/g, ' ').trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function writeFieldLists(
  entityType: EntityType,
  fields: readonly SampleField[],
  ofAccount: readonly SampleField[],
): string {
  const list = (key: string, members: readonly SampleField[]): string =>
    members.length === 0 ? `  ${key}: []` : [`  ${key}:`, ...members.map(writeField)].join('\n');
  switch (entityType) {
    case 'lead':
      return list('fields', fields);
    case 'account':
      return list('accountFields', fields);
    case 'accountPerson':
      return [list('fields', fields), list('accountFields', ofAccount)].join('\n');
    default:
      return entityType satisfies never;
  }
}

function writeField({ name, type, description }: SampleField): string {
  return `    - { serviceAttribute: ${name}, dataType: ${type}, description: ${quote(description)} }`;
}

function writeAccessor({ name, type, description, allowed }: SampleAccessor): string {
  const lines = [
    `    - accessorName: ${name}`,
    `      dataType: ${type}`,
    `      # All that an author sees of it.`,
    `      description: ${quote(description)}`,
    ...(allowed === undefined ? [] : [`      constraints: { allowedValues: [${allowed.join(', ')}] }`]),
  ];
  return lines.join('\n');
}

/** A text as YAML writes it on one line, also within braces. */
function quote(text: string): string {
  const plain = stringify([text], { lineWidth: 0, collectionStyle: 'flow' }).trim();
  return plain.slice(1, -1).trim();
}

function unique<Field extends SampleField>(fields: readonly Field[]): Field[] {
  return fields.filter((field, index) => fields.findIndex(({ name }) => name === field.name) === index);
}
