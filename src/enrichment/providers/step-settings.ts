import type { Fields } from '../../actions/action-input.js';
import { isJsonObject } from '../../http/json-value.js';
import type { Scalar } from './field-values.js';

/** A step's settings as the YAML has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** Field names by output of a provider, after renaming. */
export type OutputNames<K extends string> = Readonly<Record<K, string>>;

const FIELD_NAME = /^\p{L}[\p{L}\p{N}_.-]{0,99}$/u;

/** Whether a value can name a field: a letter, then letters, digits, `_`, `.` or `-`, at most 100 characters. */
export function isFieldName(value: unknown): value is string {
  return typeof value === 'string' && FIELD_NAME.test(value);
}

/** One sentence per unknown key: mostly a typing error that would silently do nothing. */
export function unknownKeyProblems(settings: Settings, known: readonly string[], where = 'settings'): string[] {
  return Object.keys(settings)
    .filter((key) => !known.includes(key))
    .map((key) => `${where}.${key} is not a setting; known are ${known.join(', ')}.`);
}

/** One sentence per setting of the list that is present and does not name a field. */
export function fieldNameProblems(settings: Settings, keys: readonly string[]): string[] {
  return keys
    .filter((key) => settings[key] !== undefined && !isFieldName(settings[key]))
    .map((key) => `settings.${key} must be the name of a field.`);
}

/** Problems of the two settings every provider has: `to`, which renames outputs, and `on` (account or people). */
export function commonProblems(settings: Settings, outputs: Readonly<Record<string, string>>): string[] {
  const { to, on } = settings;
  const problems: string[] = [];
  if (on !== undefined && on !== 'account' && on !== 'people') problems.push('settings.on must be account or people.');
  if (to === undefined) return problems;
  if (!isJsonObject(to)) return [...problems, 'settings.to must map outputs to field names.'];
  problems.push(...unknownKeyProblems(to, Object.keys(outputs), 'settings.to'));
  for (const key of Object.keys(outputs)) {
    if (to[key] !== undefined && !isFieldName(to[key]))
      problems.push(`settings.to.${key} must be the name of a field.`);
  }
  const names = Object.values(outputNames(settings, outputs));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  return [...problems, ...twice.map((name) => `settings.to gives two outputs the name ${name}.`)];
}

/** The field name of every output: what `to` says, else the default. */
export function outputNames<K extends string>(
  settings: Settings,
  defaults: Readonly<Record<K, string>>,
): OutputNames<K> {
  const to = isJsonObject(settings.to) ? settings.to : {};
  const names: Record<string, string> = { ...defaults };
  for (const key of Object.keys(defaults)) {
    const name = to[key];
    if (isFieldName(name)) names[key] = name;
  }
  return names as OutputNames<K>;
}

/** Outputs under their field names; what was not found out (null, undefined) is left out. */
export function namedFields<K extends string>(
  values: Partial<Readonly<Record<K, Scalar | null | undefined>>>,
  names: OutputNames<K>,
): Fields {
  const fields: Record<string, Scalar> = {};
  for (const key of Object.keys(values) as K[]) {
    const value = values[key];
    if (value !== undefined && value !== null) fields[names[key]] = value;
  }
  return fields;
}

/** Turns settings into a plan once per settings object, not per call; a plan lives as long as its settings. */
export function compileOnce<Plan>(compile: (settings: Settings) => Plan): (settings: Settings) => Plan {
  const plans = new WeakMap<Settings, Plan>();
  return (settings) => {
    const known = plans.get(settings);
    if (known !== undefined) return known;
    const plan = compile(settings);
    plans.set(settings, plan);
    return plan;
  };
}

/** A setting that names a field, or its default. */
export function fieldNameOr(value: unknown, fallback: string): string {
  return isFieldName(value) ? value : fallback;
}

/** A setting that is one field name or a list of them, or its default. */
export function fieldNamesOr(value: unknown, fallback: readonly string[]): readonly string[] {
  const names = (Array.isArray(value) ? value : [value]).filter(isFieldName);
  return names.length > 0 ? names : fallback;
}

/** One sentence per setting of the list that is present and is neither a field's name nor a list of them. */
export function fieldNameListProblems(settings: Settings, keys: readonly string[]): string[] {
  return keys
    .filter((key) => {
      const value = settings[key];
      if (value === undefined || isFieldName(value)) return false;
      return !Array.isArray(value) || value.length === 0 || !value.every(isFieldName);
    })
    .map((key) => `settings.${key} must be the name of a field or a list of names.`);
}

/** Problems of a setting that, when present, is a list of some of the choices. */
export function choiceProblems(settings: Settings, key: string, choices: readonly string[]): string[] {
  const value = settings[key];
  if (value === undefined) return [];
  const isFine = Array.isArray(value) && value.length > 0 && value.every((item) => choices.includes(item as string));
  return isFine ? [] : [`settings.${key} must be a list of some of ${choices.join(', ')}.`];
}
