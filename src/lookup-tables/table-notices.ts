import type { Notice } from '../catalog/service-notices.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import type { TableChoices } from './table-choices.js';

/** Says which tables a service reads that are not uploaded yet, and whether there is none to choose. */
export async function missingTables(
  definition: ServiceDefinition,
  tables: Pick<TableChoices, 'tables'>,
): Promise<Notice[]> {
  const named = namesOf(definition);
  const choosesTable = offersTables(definition);
  if (named.size === 0 && !choosesTable) return [];
  const there = new Set(await tables.tables());
  const missing = [...named].filter((table) => !there.has(table));
  return [
    ...missing.map((table) => ({
      level: 'error' as const,
      text: `The lookup table ${table} is not there: upload it.`,
    })),
    ...(choosesTable && there.size === 0 ? [NO_TABLE] : []),
  ];
}

/** A flow step that is being set up has no choice then; nothing fails yet. */
const NO_TABLE: Notice = {
  level: 'warning',
  text: 'No lookup table is uploaded: flow steps have none to choose.',
};

function offersTables({ marketo }: ServiceDefinition): boolean {
  return [...(marketo?.parameters.values() ?? [])].some(({ picklist }) => picklist?.kind === 'tables');
}

function namesOf({ pipeline, marketo }: ServiceDefinition): Set<string> {
  const names = new Set<string>();
  for (const { provider, settings } of pipeline) {
    if (provider === 'lookup' && typeof settings['table'] === 'string') names.add(settings['table']);
  }
  for (const { picklist } of marketo?.parameters.values() ?? []) {
    const isOfOne = picklist !== null && (picklist.kind === 'values' || picklist.kind === 'columns');
    if (isOfOne && picklist.table !== null) names.add(picklist.table);
  }
  return names;
}
