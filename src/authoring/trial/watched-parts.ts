import type { Provider } from '@nestjs/common';
import { Conditions } from '../../enrichment/conditions.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { StepCaller } from '../../enrichment/providers/http/step-caller.js';
import { StepClient } from '../../enrichment/providers/http/step-client.js';
import { StepCredentials } from '../../enrichment/providers/http/step-credentials.js';
import { type TableAnswer, TableLookup, type TableQuery } from '../../lookup-tables/table-lookup.js';
import { TrialMeans } from './trial-means.js';
import { CannedClient, CannedCredentials, WatchedCaller } from './watched-http.js';
import { WatchedConditions, WatchedRegistry } from './watched-steps.js';

/** Parts of the service that say what passes through them, and ask neither a database nor a system that has a stand-in. */
export function watchedParts(means: TrialMeans): Provider[] {
  return [
    { provide: TrialMeans, useValue: means },
    { provide: Conditions, useClass: WatchedConditions },
    { provide: ProviderRegistry, useClass: WatchedRegistry },
    { provide: StepCaller, useClass: WatchedCaller },
    { provide: StepClient, useClass: CannedClient },
    { provide: StepCredentials, useClass: CannedCredentials },
    { provide: TableLookup, useValue: { find: (query: TableQuery) => lookUp(means, query) } },
  ];
}

async function lookUp({ notes, tables }: TrialMeans, query: TableQuery): Promise<TableAnswer> {
  const answer = await tables.find(query);
  if (answer.kind !== 'found') return answer;
  const own = notes.of(notes.step ?? '');
  const found = answer.rows.filter((row) => row !== null).length;
  own.rows = { found, asked: answer.rows.length };
  if (found === 0) own.notFound = `the table ${query.table} has no row for it`;
  return answer;
}
