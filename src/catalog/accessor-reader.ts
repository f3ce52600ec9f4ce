import { readName, refuseRepeated } from './definition-names.js';
import { nameOf, type Section } from './definition-section.js';
import { ITEM_TEXTS } from './attribute-reader.js';
import { outboundValue } from './outbound-value.js';
import type { AccessorDefinition } from './service-definition.js';
import { readTranslations } from './translation-reader.js';

type AccessorType = AccessorDefinition['dataType'];
type AllowedValue = string | number | boolean;

const NAME_KEYS = ['accessorName', 'apiName'] as const;
const ACCESSOR_TYPES = Object.freeze([
  'integer',
  'float',
  'string',
  'boolean',
  'date',
  'datetime',
] as const satisfies readonly AccessorType[]);
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/;
const NOTHING: ReadonlySet<string> = new Set();

/** Reads the accessors: values a journey's split paths compare. Constraints stand nested or beside the name. */
export function readAccessors(parent: Section): readonly AccessorDefinition[] {
  const items = parent.sections(['accessorsMetadata', 'accessors']);
  const accessors = items.map(readAccessor);
  const names = accessors.map((accessor) => accessor.accessorName);
  refuseRepeated(items, NAME_KEYS, names);
  return accessors;
}

function readAccessor(item: Section): AccessorDefinition {
  const dataType = item.choice('dataType', ACCESSOR_TYPES);
  const minValue = readLimit(item, 'minValue', dataType);
  const maxValue = readLimit(item, 'maxValue', dataType);
  if (minValue !== null && maxValue !== null && minValue > maxValue) {
    item.problems.add(constraintPath(item, 'minValue'), `${minValue} is above maxValue ${maxValue}`, 'swap the two');
  }
  const allowedValues = readAllowedValues(item, dataType, minValue, maxValue);
  const standIn = readDefault(item, dataType, { minValue, maxValue, allowedValues });
  return {
    accessorName: readName(item, NAME_KEYS, NOTHING),
    dataType: dataType ?? 'string',
    displayName: item.localized('displayName'),
    description: item.localized('description'),
    translations: readTranslations(item, ITEM_TEXTS),
    minValue,
    maxValue,
    allowedValues,
    ...(standIn !== undefined && { default: standIn }),
  };
}

function readLimit(item: Section, key: 'minValue' | 'maxValue', dataType: AccessorType | null): number | null {
  const nested = item.section('constraints').optionalNumber(key);
  const flat = item.optionalNumber(key);
  if (nested !== null && flat !== null && nested !== flat) {
    item.problems.add(item.at(key), `says something else than constraints.${key}`, 'keep one of the two');
  }
  const limit = nested ?? flat;
  if (limit === null || dataType === null) {
    return limit;
  }
  const path = constraintPath(item, key);
  if (dataType !== 'integer' && dataType !== 'float') {
    item.problems.add(path, `does not go with the type ${dataType}`, 'remove it, or use integer or float');
  } else if (dataType === 'integer' && !Number.isSafeInteger(limit)) {
    item.problems.add(path, `must be a whole number, not ${limit}`, 'round it, or use the type float');
  }
  return limit;
}

function readAllowedValues(
  item: Section,
  dataType: AccessorType | null,
  minValue: number | null,
  maxValue: number | null,
): readonly AllowedValue[] | null {
  const nested = item.section('constraints').optionalList('allowedValues');
  const flat = item.optionalList('allowedValues');
  const values = nested ?? flat;
  if (values === null) {
    return null;
  }
  const path = constraintPath(item, 'allowedValues');
  if (nested !== null && flat !== null) {
    item.problems.add(item.at('allowedValues'), 'is given twice', 'keep the one under constraints');
  }
  if (values.length === 0) {
    item.problems.add(path, 'is empty, so no value would ever be sent', 'add a value or remove the key');
  }
  return values.filter((value, index): value is AllowedValue => {
    const reason = whyNotAllowed(value, values.indexOf(value) < index, dataType, minValue, maxValue);
    if (reason !== null) {
      item.problems.add(`${path}[${index}]`, reason, 'correct or remove the value');
    }
    return reason === null;
  });
}

function whyNotAllowed(
  value: unknown,
  repeated: boolean,
  dataType: AccessorType | null,
  minValue: number | null,
  maxValue: number | null,
): string | null {
  if (dataType !== null && !hasType(value, dataType)) {
    return `must have the type ${dataType}, but is ${nameOf(value)}`;
  }
  if (typeof value === 'number' && (value < (minValue ?? value) || value > (maxValue ?? value))) {
    return `${value} is outside minValue and maxValue`;
  }
  return repeated ? 'is in the list already' : null;
}

/** A default has to be a value that could have been found: it is sent as one. */
function readDefault(
  item: Section,
  dataType: AccessorType | null,
  { minValue, maxValue, allowedValues }: Pick<AccessorDefinition, 'minValue' | 'maxValue' | 'allowedValues'>,
): AllowedValue | undefined {
  const value = item.raw('default');
  if (value === undefined) return undefined;
  const isOffered =
    allowedValues === null || allowedValues.length === 0 || allowedValues.includes(value as AllowedValue);
  const reason =
    whyNotAllowed(value, false, dataType, minValue, maxValue) ??
    (isOffered ? null : `${JSON.stringify(value)} is not one of allowedValues`);
  if (reason !== null) item.problems.add(item.at('default'), reason, 'correct or remove it');
  return reason === null ? (value as AllowedValue) : undefined;
}

function hasType(value: unknown, dataType: AccessorType): boolean {
  switch (dataType) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'float':
      return Number.isFinite(value);
    case 'string':
    case 'boolean':
      return typeof value === dataType;
    case 'date':
      return typeof value === 'string' && ISO_DATE.test(value) && outboundValue(dataType, value) === value;
    case 'datetime':
      return typeof value === 'string' && ISO_DATE_TIME.test(value) && outboundValue(dataType, value) !== undefined;
    default:
      return dataType satisfies never;
  }
}

/** Where the file says it: flat only when it is written flat. */
function constraintPath(item: Section, key: string): string {
  const nested = item.section('constraints');
  return item.has(key) && !nested.has(key) ? item.at(key) : `${item.at('constraints')}.${key}`;
}
