import { readName, refuseRepeated } from './definition-names.js';
import type { Section } from './definition-section.js';
import type { AttributeDefinition, FieldDefinition, RichType } from './service-definition.js';

/** Every type a definition may declare, in the order a message lists them. */
const RICH_TYPES = Object.freeze([
  'string',
  'integer',
  'float',
  'boolean',
  'date',
  'datetime',
  'email',
  'url',
  'text',
  'score',
] as const satisfies readonly RichType[]);

const NOTHING: ReadonlySet<string> = new Set();
/** Keys of `activityData` that say how an action ended. */
const RESERVED_IN_ACTIVITY: ReadonlySet<string> = new Set(['success', 'errorCode', 'reason']);
/** Keys of `leadData` and `accountData` that are not fields. */
const RESERVED_IN_ENTITY: ReadonlySet<string> = new Set(['id', 'accessorValues']);

/** Reads global or flow attributes: what an admin or a marketer fills in. */
export function readAttributes(parent: Section, key: string): readonly AttributeDefinition[] {
  return readAttributeList(parent, key, NOTHING);
}

/** Reads the attributes that `activityData` carries besides the outcome. */
export function readActivityAttributes(parent: Section, key: string): readonly AttributeDefinition[] {
  return readAttributeList(parent, key, RESERVED_IN_ACTIVITY);
}

function readAttributeList(parent: Section, key: string, reserved: ReadonlySet<string>): AttributeDefinition[] {
  const items = parent.sections(key);
  const attributes = items.map((item) => ({
    apiName: readName(item, 'apiName', reserved),
    displayName: readDisplayName(item),
    description: item.localized('description'),
    dataType: item.choice('dataType', RICH_TYPES) ?? 'string',
    required: item.flag('required', false),
  }));
  const names = attributes.map((attribute) => attribute.apiName);
  refuseRepeated(items, 'apiName', names);
  return attributes;
}

function readDisplayName(item: Section): string {
  const name = item.localized('displayName');
  if (name === null && item.present) {
    item.problems.add(item.at('i18n.en_US.displayName'), 'is missing', 'write the name people see');
  }
  return name ?? '';
}

/** Reads the fields of people or of accounts; which of the two lists a definition needs is its entity type's say. */
export function readFields(parent: Section, key: string): readonly FieldDefinition[] {
  const items = parent.sections(key);
  const fields = items.map((item) => ({
    serviceAttribute: readName(item, ['serviceAttribute', 'apiName'], RESERVED_IN_ENTITY),
    dataType: item.choice('dataType', RICH_TYPES) ?? 'string',
    description: item.localized('description'),
    required: item.flag('required', false),
  }));
  const names = fields.map((field) => field.serviceAttribute);
  refuseRepeated(items, ['serviceAttribute', 'apiName'], names);
  return fields;
}
