import { Inject, Injectable } from '@nestjs/common';
import type { Fields } from '../../actions/action-input.js';
import { outboundValue } from '../../catalog/outbound-value.js';
import type { JsonValue } from '../../http/json-value.js';
import { TableLookup } from '../../lookup-tables/table-lookup.js';
import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { type LookupPlan, lookupProblems, readLookupPlan } from './lookup-settings.js';
import { enrichTargets, scopeOf, type Target } from './people.js';
import * as step from './step-settings.js';
import { askTable, keyText, type Row } from './table-query.js';

/**
 * Finds a row of an uploaded table by one or more fields and takes cells of it.
 *
 * Settings: `table`; `key` (columns of the table's key and the fields to take them from: `{ postcode: zip }`, or names that are
 * both); `values` (columns and the fields they go into: a name, or `{ to, type, default }`); `found` (a field that says
 * whether there was a row); `on` (default people). Cells stay text unless `type` says otherwise. All people of a group are one
 * query, and queries of many actions one statement.
 */
@Injectable()
export class LookupProvider implements EnrichmentProvider {
  readonly key = 'lookup';
  readonly gathers = true;
  private readonly plan = step.compileOnce(readLookupPlan);

  constructor(@Inject(TableLookup) private readonly tables: Pick<TableLookup, 'find'>) {}

  validateSettings(settings: step.Settings): string[] {
    return lookupProblems(settings);
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    const scope = scopeOf(settings, 'people');
    const keys: (readonly string[] | null)[] = [];
    // Twice over the same targets in the same order: first for their keys, then with the rows.
    await enrichTargets(subject, scope, context, (target) => {
      keys.push(keyOf(target, plan));
      return { fields: {} };
    });
    const rows = await this.findRows(plan, keys, context);
    let next = 0;
    return enrichTargets(subject, scope, context, () => ({ fields: toFields(plan, rows[next++] ?? null) }));
  }

  private async findRows(plan: LookupPlan, keys: readonly Row[], context: EnrichmentContext): Promise<readonly Row[]> {
    const whole = keys.filter((key) => key !== null);
    const { table, keyColumns } = plan;
    const query = { table, keyColumns, columns: plan.values.map(({ column }) => column), keys: whole };
    const found = await askTable(this.tables, query, context);
    let next = 0;
    return keys.map((key) => (key === null ? null : (found[next++] ?? null)));
  }
}

/** @returns null when a part is missing: no row has an empty key. */
function keyOf({ read, readAccount }: Target, { keyFields }: LookupPlan): string[] | null {
  const cells = keyFields.map((field) => keyText(read(field) ?? readAccount(field)));
  return cells.includes('') ? null : cells;
}

function toFields({ values, found }: LookupPlan, row: Row): Fields {
  const fields: Record<string, JsonValue> = {};
  values.forEach(({ to, type, fallback }, at) => {
    const cell = row?.[at] ?? '';
    // A text that is not of its type is no evidence, and an empty cell no value.
    const value = cell === '' ? fallback : (outboundValue(type, cell) ?? fallback);
    if (value !== null) fields[to] = value;
  });
  if (found !== null) fields[found] = row !== null;
  return fields;
}
