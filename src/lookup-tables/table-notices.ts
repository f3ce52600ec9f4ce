import type { Notice } from '../catalog/service-notices.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import type { TableChoices } from './table-choices.js';

/** Says which tables a service reads that are not uploaded yet: its steps fail until then. */
export async function missingTables(
  definition: ServiceDefinition,
  tables: Pick<TableChoices, 'tables'>,
): Promise<Notice[]> {
  const named = namesOf(definition);
  if (named.size === 0) return [];
  const there = new Set(await tables.tables());
  return [...named]
    .filter((table) => !there.has(table))
    .map((table) => ({ level: 'error', text: `The lookup table ${table} is not there: upload it.` }));
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
