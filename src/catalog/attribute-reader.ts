import { NAME, readName, refuseRepeated } from './definition-names.js';
import type { Section } from './definition-section.js';
import type {
  AttributeDefinition,
  CallbackFieldDefinition,
  FieldDefinition,
  InvocationPayloadDefinition,
  RichType,
} from './service-definition.js';
import { readTranslations } from './translation-reader.js';
import { readWriteRule, refuseWrite } from './write-rule-reader.js';

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

const ATTRIBUTE_NAME = ['apiName', 'serviceAttribute'] as const;
const FIELD_NAME = ['serviceAttribute', 'apiName'] as const;
/** Texts of an item that may stand in several languages. */
export const ITEM_TEXTS = ['displayName', 'description'] as const;
/** An attribute's name has another spelling in Marketo's documents. */
const DISPLAY_NAME = ['displayName', 'name'] as const;
const ATTRIBUTE_TEXTS = [...ITEM_TEXTS, 'name', 'uiTooltip'] as const;

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
  for (const item of items) refuseWrite(item, 'is of fields: an attribute has no value in a request', 'remove it');
  const attributes = items.map((item) => ({
    apiName: readName(item, ATTRIBUTE_NAME, reserved),
    displayName: readDisplayName(item),
    description: item.localized('description'),
    translations: readTranslations(item, ATTRIBUTE_TEXTS),
    dataType: item.choice('dataType', RICH_TYPES) ?? 'string',
    required: item.flag('required', false),
  }));
  const names = attributes.map((attribute) => attribute.apiName);
  refuseRepeated(items, ATTRIBUTE_NAME, names);
  return attributes;
}

/** Adobe's samples spell some attributes as fields, without a name for people: the attribute's own name stands in. */
function readDisplayName(item: Section): string {
  const name = item.localized(DISPLAY_NAME);
  if (name === null && item.has('serviceAttribute')) return item.text(ATTRIBUTE_NAME);
  if (name === null && item.present) {
    item.problems.add(item.at('i18n.en_US.displayName'), 'is missing', 'write the name people see');
  }
  return name ?? '';
}

/** Reads the fields of people or of accounts; which of the two lists a definition needs is its entity type's say. */
export function readFields(parent: Section, key: string): readonly FieldDefinition[] {
  for (const item of parent.sections(key)) refuseWrite(item, 'is of callbacks', 'move it to callbackPayloadDef');
  return readFieldList(parent, key);
}

/**
 * Reads the fields of people or of accounts that a callback carries.
 * @param request fields of the request's list of the same name, and of the other list.
 */
export function readCallbackFields(
  parent: Section,
  key: 'fields' | 'accountFields',
  request: Pick<InvocationPayloadDefinition, 'fields' | 'accountFields'>,
): readonly CallbackFieldDefinition[] {
  const items = parent.sections(key);
  return readFieldList(parent, key).map((field, index) => ({
    ...field,
    ...readWriteRule(items[index], field, key, request),
  }));
}

function readFieldList(parent: Section, key: string): readonly FieldDefinition[] {
  const items = parent.sections(key);
  const fields = items.map((item) => ({
    serviceAttribute: readName(item, FIELD_NAME, RESERVED_IN_ENTITY),
    aliases: readAliases(item),
    dataType: item.choice('dataType', RICH_TYPES) ?? 'string',
    displayName: item.localized('displayName'),
    description: item.localized('description'),
    translations: readTranslations(item, ITEM_TEXTS),
    required: item.flag('required', false),
  }));
  const names = fields.map((field) => field.serviceAttribute);
  refuseRepeated(items, FIELD_NAME, names);
  refuseSharedAliases(items, fields);
  return fields;
}

function readAliases(item: Section): readonly string[] {
  return item.list('aliases').filter((alias, index): alias is string => {
    if (typeof alias === 'string' && NAME.test(alias) && !RESERVED_IN_ENTITY.has(alias)) return true;
    item.problems.add(`${item.at('aliases')}[${index}]`, 'is not a name a field can have', 'write the name of a field');
    return false;
  });
}

/** Of two fields that read the same name, which one is meant would be a matter of luck. */
function refuseSharedAliases(items: readonly Section[], fields: readonly FieldDefinition[]): void {
  const taken = new Map(fields.map((field, index) => [field.serviceAttribute, index]));
  fields.forEach((field, index) => {
    for (const alias of field.aliases) {
      const other = taken.get(alias);
      const item = items[index];
      if (other !== undefined) {
        const path = items[other]?.path ?? '';
        item?.problems.add(item.at('aliases'), `"${alias}" is already used by ${path}`, 'remove one of the two');
      } else taken.set(alias, index);
    }
  });
}
