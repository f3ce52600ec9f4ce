import type { EntityType } from '../../actions/action-input.js';
import { inboundValue } from '../../catalog/inbound-value.js';
import { type ServiceDefinition, wireType } from '../../catalog/service-definition.js';
import type { JsonObject } from '../../http/json-body.js';
import type { JsonValue } from '../../http/json-value.js';
import { textOption, textOptions, UsageError, type Words } from '../command.js';
import { readGivenJson, readGivenObject, splitPair } from './given-text.js';
import { refuseUnknown } from './read-means.js';
import type { GivenSubject } from './trial-subject.js';

/** The subject as a command line says it. */
export interface SubjectWords {
  /** Undefined: the example of the service. */
  readonly value: JsonValue | undefined;
  readonly flow: JsonObject;
  readonly admin: JsonObject;
  /** Where the value came from, in a user's words. */
  readonly source: string;
}

const SUBJECTS: Readonly<Record<'lead' | 'account' | 'group', EntityType>> = {
  lead: 'lead',
  account: 'account',
  group: 'accountPerson',
};

/** @throws UsageError for a subject of another kind, for several, and for a text that is no JSON. */
export async function readSubject(
  words: Words,
  definition: ServiceDefinition,
  isBatch: boolean,
): Promise<SubjectWords> {
  const { entityType } = definition;
  const flow = { ...(await readValues(words, 'flow')), ...readParameters(words, definition) };
  const admin = await readValues(words, 'admin');
  const named = (Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]).filter((name) => textOption(words, name) !== null);
  const [name, ...others] = named;
  if (others.length > 0) throw new UsageError(`one subject at a time: --${named.join(', --')}`);
  if (name === undefined) return { value: undefined, flow, admin, source: 'built-in example' };
  if (SUBJECTS[name] !== entityType) {
    const right = Object.entries(SUBJECTS).find(([, type]) => type === entityType)?.[0] ?? '';
    throw new UsageError(`the service is for ${entityType}: use --${right}`);
  }
  const text = textOption(words, name) ?? '';
  const value = await readGivenJson(`--${name}`, text);
  if (!isBatch && Array.isArray(value) && entityType === 'lead' && definition.dialects.includes('marketo')) {
    throw new UsageError('the subject must be a JSON object; a list of leads is for --dialect marketo');
  }
  const source = text.startsWith('@') ? text.slice(1) : text === '-' ? 'standard input' : `--${name}`;
  return { value, flow, admin, source };
}

/** The subject as External Actions have one. */
export function toGiven({ value, flow, admin }: SubjectWords, { entityType }: ServiceDefinition): GivenSubject {
  return { entityType: value === undefined ? null : entityType, value: value ?? null, flow, admin };
}

async function readValues(words: Words, option: string): Promise<JsonObject> {
  const text = textOption(words, option);
  return text === null ? {} : readGivenObject(`--${option}`, text);
}

/** A value that is not of its declared type stays a text: the service says so of each lead. */
function readParameters(words: Words, { invocation }: ServiceDefinition): JsonObject {
  const types = new Map(invocation.flowAttributes.map(({ apiName, dataType }) => [apiName, wireType(dataType)]));
  const values: Record<string, JsonValue> = {};
  for (const given of textOptions(words, 'param')) {
    const at = given.indexOf('=');
    // An empty value is one: a flow step may leave its parameter empty.
    const [name, text] = at > 0 ? [given.slice(0, at), given.slice(at + 1)] : splitPair('--param', given, 'name=value');
    refuseUnknown('--param', name, [...types.keys()], 'the service has no flow attribute');
    const type = types.get(name);
    values[name] = (type === undefined ? undefined : inboundValue(type, text)) ?? text;
  }
  return values;
}
