import { isJsonObject } from '../http/json-value.js';
import { nameOf, Section } from './definition-section.js';
import type { MarketoParameter, PicklistChoice, PicklistDefinition } from './marketo-definition.js';

const SOURCES = ['tables', 'columns', 'values', 'requestFields', 'callbackFields'] as const;
/** Marketo takes no more, and a longer list belongs into a lookup table. */
const MAX_CHOICES = 1_000;

/** Reads what Marketo shows of a parameter; null when the item says nothing of the kind. */
export function readParameter(item: Section): MarketoParameter | null {
  const picklist = readPicklist(item);
  const declared = item.flag('hasPicklist', picklist !== null);
  const enforced = item.flag('enforcePicklistSelect', false);
  const tooltip = item.section('i18n').section('en_US').optionalText('uiTooltip') ?? item.optionalText('uiTooltip');
  if (declared && picklist === null) {
    item.problems.add(item.at('picklist'), 'is missing, hasPicklist needs it', 'list choices, or name a lookup table');
  }
  if (!declared && picklist !== null) {
    item.problems.add(item.at('hasPicklist'), 'is false, and there is a picklist', 'remove one of the two');
  }
  if (enforced && picklist === null) {
    const remedy = 'add a picklist, or remove enforcePicklistSelect';
    item.problems.add(item.at('enforcePicklistSelect'), 'goes with a picklist only', remedy);
  }
  return picklist === null && tooltip === null ? null : { tooltip, enforced, picklist };
}

function readPicklist(item: Section): PicklistDefinition | null {
  if (!item.has('picklist')) return null;
  if (Array.isArray(item.raw('picklist'))) return readChoices(item);
  const section = item.section('picklist');
  const from = section.choice('from', SOURCES);
  const table = section.optionalText('table');
  switch (from) {
    case 'columns':
      return { kind: 'columns', table };
    case 'requestFields':
      return { kind: 'mappedFields', of: 'request' };
    case 'callbackFields':
      return { kind: 'mappedFields', of: 'callback' };
    case 'values':
      if (table === null) section.problems.add(section.at('table'), 'is missing', 'name a lookup table');
      return {
        kind: 'values',
        table: table ?? '',
        column: section.text('column'),
        label: section.optionalText('label'),
      };
    case 'tables':
    case null:
      return { kind: 'tables' };
  }
}

function readChoices(item: Section): PicklistDefinition {
  const given = item.list('picklist');
  const path = item.at('picklist');
  if (given.length === 0) item.problems.add(path, 'has no choice', 'add one, or remove the picklist');
  if (given.length > MAX_CHOICES) {
    item.problems.add(
      path,
      `has ${given.length} choices`,
      `list ${MAX_CHOICES} at most; more belong into a lookup table`,
    );
  }
  const choices = given.map((value, index) => readChoice(item, value, `${path}[${index}]`));
  const values = choices.map(({ value }) => String(value));
  values.forEach((value, index) => {
    if (values.indexOf(value) < index)
      item.problems.add(`${path}[${index}]`, 'repeats a value', 'remove one of the two');
  });
  return { kind: 'choices', choices };
}

/** A value alone is its own label. */
function readChoice(item: Section, given: unknown, path: string): PicklistChoice {
  if (isScalar(given)) return { value: given, label: String(given), labels: {} };
  const section = Section.of(given, path, item.problems);
  const value = section.raw('value');
  const { en_US: english, ...labels } = readLabels(section);
  section.finish();
  if (isScalar(value)) return { value, label: english ?? String(value), labels };
  if (section.present)
    item.problems.add(`${path}.value`, `must be a text or a number, not ${nameOf(value)}`, 'write one');
  return { value: '', label: '', labels: {} };
}

function readLabels(section: Section): Record<string, string> {
  const label = section.raw('label');
  if (!isJsonObject(label)) {
    const text = section.optionalText('label');
    return text === null ? {} : { en_US: text };
  }
  const texts = section.section('label');
  return Object.fromEntries(texts.keys().map((language) => [language, texts.text(language)]));
}

function isScalar(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
