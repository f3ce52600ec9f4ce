import { Inject, Injectable } from '@nestjs/common';
import type { Fields } from '../../actions/action-input.js';
import { TABLE_LIMITS, TABLE_NAME } from '../../lookup-tables/table-limits.js';
import { TableLookup } from '../../lookup-tables/table-lookup.js';
import { EnrichmentError } from '../enrichment-provider.js';
import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { lookup } from './people.js';
import * as step from './step-settings.js';
import { askTable, keyText } from './table-query.js';

/** Parameters of a flow step, by the names of Adobe's reference implementation. */
const PARAMETERS = ['table', 'keyName', 'keyValField', 'lookupField', 'returnField'] as const;

type Parameters = Readonly<Record<(typeof PARAMETERS)[number], string>>;

/**
 * Looks one value up for a lead or an account as the flow step says: in `table`, where the column `keyName` has the value of
 * the field `keyValField`, it takes the cell of the column `lookupField` into the field `returnField`. It has no settings:
 * every step of a campaign may name another table.
 */
@Injectable()
export class TableLookupProvider implements EnrichmentProvider {
  readonly key = 'table-lookup';
  readonly gathers = true;

  constructor(@Inject(TableLookup) private readonly tables: Pick<TableLookup, 'find'>) {}

  validateSettings(settings: step.Settings): string[] {
    return step.unknownKeyProblems(settings, []);
  }

  async enrich(
    { entity, soFar }: EnrichmentSubject,
    _settings: step.Settings,
    context: EnrichmentContext,
  ): Promise<Enrichment> {
    const isLead = entity.kind === 'lead';
    const { table, keyName, keyValField, lookupField, returnField } = readParameters(context.flowStep);
    const read = lookup(isLead ? soFar.fields : soFar.accountFields, entity.fields);
    const key = keyText(read(keyValField));
    if (key === '') throw new EnrichmentError('INSUFFICIENT_DATA', `The field ${keyValField} has no value to look up.`);
    const [row = null] = await askTable(
      this.tables,
      { table, keyColumns: [keyName], columns: [lookupField], keys: [[key]] },
      context,
    );
    const value = row?.[0] ?? '';
    if (value === '') {
      const reason = `No value found: the table ${table} has no ${lookupField} for the value of ${keyValField} in ${keyName}.`;
      throw new EnrichmentError('NOT_FOUND', reason);
    }
    return isLead ? { fields: { [returnField]: value } } : { accountFields: { [returnField]: value } };
  }
}

/** @throws EnrichmentError naming the first parameter that is missing or cannot be one. */
function readParameters(flowStep: Fields): Parameters {
  const read = (name: (typeof PARAMETERS)[number]): string => {
    const value = Object.hasOwn(flowStep, name) ? flowStep[name] : undefined;
    if (typeof value === 'string' && value.trim() !== '' && value.length <= TABLE_LIMITS.columnName)
      return value.trim();
    throw new EnrichmentError('INVALID_DATA', `The flow step does not say its ${name}.`);
  };
  const parameters = Object.fromEntries(PARAMETERS.map((name) => [name, read(name)])) as Parameters;
  if (!TABLE_NAME.test(parameters.table))
    throw new EnrichmentError('INVALID_DATA', 'The flow step names no lookup table.');
  if (parameters.returnField === 'id' || !step.isFieldName(parameters.returnField)) {
    throw new EnrichmentError('INVALID_DATA', 'The returnField of the flow step is not the name of a field.');
  }
  return parameters;
}
