import type { AccountPersonEntity, Fields, LeadEntity, AccountEntity } from '../../actions/action-input.js';
import type { ActionResult } from '../../actions/action-result.js';
import type { EnrichmentContext, EnrichmentProvider } from '../enrichment-provider.js';
import { sampleContext, sampleSubject } from '../provider-conformance.js';

/** A lead with these fields. */
export function lead(fields: Fields): LeadEntity {
  return { kind: 'lead', id: '1', fields };
}

/** An account with these fields. */
export function account(fields: Fields): AccountEntity {
  return { kind: 'account', id: '7', fields };
}

/** An account with these fields and one employee (r1, r2, …) per further argument. */
export function group(fields: Fields, ...people: readonly Fields[]): AccountPersonEntity {
  return {
    kind: 'accountPerson',
    id: '7',
    fields,
    people: people.map((person, at) => ({
      relId: `r${at + 1}`,
      accountId: '7',
      personId: `p${at + 1}`,
      isEmployee: true,
      fields: person,
      relationship: {},
    })),
  };
}

/** The fields a provider finds out about a lead. */
export async function fieldsOf(
  provider: EnrichmentProvider,
  fields: Fields,
  settings: Readonly<Record<string, unknown>> = {},
  context: Partial<EnrichmentContext> = {},
  soFar: Partial<ActionResult> = {},
): Promise<Fields> {
  const found = await provider.enrich(sampleSubject(lead(fields), soFar), settings, sampleContext(context));
  return found.fields ?? {};
}
