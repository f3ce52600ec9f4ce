import { isJsonObject } from '../../http/json-value.js';
import { outboundValue, type WireValue } from '../../catalog/outbound-value.js';
import type { WireType } from '../../catalog/service-definition.js';
import { TABLE_LIMITS, TABLE_NAME } from '../../lookup-tables/table-limits.js';
import * as step from './step-settings.js';

/** A cell that is wanted: its column, the field it goes into, and what stands in for it. */
export interface WantedValue {
  readonly column: string;
  readonly to: string;
  readonly type: WireType;
  readonly fallback: WireValue | null;
}

/** A step's settings, read. */
export interface LookupPlan {
  readonly table: string;
  readonly keyColumns: readonly string[];
  /** Fields the key's cells are taken from, in the order of its columns. */
  readonly keyFields: readonly string[];
  readonly values: readonly WantedValue[];
  /** Field that says whether there was a row; null: none. */
  readonly found: string | null;
}

const SETTINGS = ['table', 'key', 'values', 'found', 'on'];
const VALUE_SETTINGS = ['to', 'type', 'default'];
const TYPES: readonly string[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'] satisfies WireType[];

/** One sentence per problem of a step's settings. Whether the table has these columns is known only when it is looked up. */
export function lookupProblems(settings: step.Settings): string[] {
  const { table, found } = settings;
  return [
    ...step.unknownKeyProblems(settings, SETTINGS),
    ...(typeof table === 'string' && TABLE_NAME.test(table)
      ? []
      : ['settings.table must name a lookup table: letters, digits, - and _.']),
    ...keyProblems(settings.key),
    ...valueProblems(settings.values, found),
    ...step.fieldNameProblems(settings, ['found']),
    ...step.commonProblems({ on: settings.on }, {}),
  ];
}

/** @param settings without problems. */
export function readLookupPlan(settings: step.Settings): LookupPlan {
  const keys = fieldsByColumn(settings.key);
  const wanted = isJsonObject(settings.values) ? settings.values : fieldsByColumn(settings.values);
  return {
    table: String(settings.table),
    keyColumns: Object.keys(keys),
    keyFields: Object.values(keys).map(String),
    values: Object.entries(wanted).map(([column, value]) => readValue(column, value)),
    found: typeof settings.found === 'string' ? settings.found : null,
  };
}

function readValue(column: string, value: unknown): WantedValue {
  if (!isJsonObject(value)) return { column, to: String(value), type: 'string', fallback: null };
  const type = (value.type ?? 'string') as WireType;
  const fallback = value.default === undefined ? null : (coerceScalar(type, value.default) ?? null);
  return { column, to: step.isFieldName(value.to) ? value.to : column, type, fallback };
}

/** A name or a list of names stands for columns that are called like their fields. */
function fieldsByColumn(value: unknown): step.Settings {
  if (isJsonObject(value)) return value;
  const names = Array.isArray(value) ? value : [value];
  return Object.fromEntries(names.map((name) => [String(name), name as unknown]));
}

function keyProblems(key: unknown): string[] {
  const shape = 'settings.key must be a field, a list of fields, or map columns of the key to fields.';
  const names = isJsonObject(key) ? Object.values(key) : Array.isArray(key) ? key : [key];
  if (names.length === 0 || !names.every(step.isFieldName)) return [shape];
  if (names.length > TABLE_LIMITS.keyColumns) {
    return [`settings.key must have at most ${TABLE_LIMITS.keyColumns} columns.`];
  }
  return isJsonObject(key) ? columnProblems(Object.keys(key), 'key') : repeated(names, 'settings.key names', 'twice');
}

function valueProblems(values: unknown, found: unknown): string[] {
  const shape = 'settings.values must map columns to fields, or list columns that are called like their fields.';
  if (Array.isArray(values)) {
    if (values.length === 0 || !values.every(step.isFieldName)) return [shape];
    return repeated([...values, found].filter(step.isFieldName), 'settings.values gives two columns the field', '');
  }
  if (!isJsonObject(values) || Object.keys(values).length === 0) return [shape];
  const fields = Object.entries(values).map(([column, value]) => (isJsonObject(value) ? (value.to ?? column) : value));
  return [
    ...columnProblems(Object.keys(values), 'values'),
    ...Object.entries(values).flatMap(([column, value]) =>
      oneValueProblems(`settings.values.${column}`, column, value),
    ),
    ...repeated([...fields, found].filter(step.isFieldName), 'settings.values gives two columns the field', ''),
  ];
}

function oneValueProblems(where: string, column: string, value: unknown): string[] {
  if (step.isFieldName(value)) return [];
  if (!isJsonObject(value)) return [`${where} must be the name of a field, or have to, type and default.`];
  const problems = step.unknownKeyProblems(value, VALUE_SETTINGS, where);
  if (!step.isFieldName(value.to ?? column)) problems.push(`${where}.to must be the name of a field.`);
  const type = value.type ?? 'string';
  if (!TYPES.includes(type as string)) return [...problems, `${where}.type must be one of ${TYPES.join(', ')}.`];
  if (value.default !== undefined && coerceScalar(type as WireType, value.default) === undefined) {
    problems.push(`${where}.default must be of the type ${type as string}.`);
  }
  return problems;
}

function columnProblems(columns: readonly string[], where: string): string[] {
  return columns
    .filter((column) => column.trim() === '' || column.length > TABLE_LIMITS.columnName || /\p{Cc}/u.test(column))
    .map(() => `settings.${where} has a name that no column can have.`);
}

function repeated(names: readonly string[], before: string, after: string): string[] {
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return twice.map((name) => `${[before, name, after].join(' ').trim()}.`);
}

function coerceScalar(type: WireType, value: unknown): WireValue | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!isScalar || (typeof value === 'string' && /[\0\ud800-\udfff]/.test(value))) return undefined;
  return outboundValue(type, value);
}
