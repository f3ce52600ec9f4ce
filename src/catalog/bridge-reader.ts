import type { EntityType } from '../actions/action-input.js';
import type { Section } from './definition-section.js';
import type { BridgeDefinition } from './service-definition.js';

/** The form of a company's id in the paths of its API. */
const COMPANY_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const RULE = 'use the company_id it was created with';

/**
 * Reads to which company a finished lead is published as person_updated; null without the key. One `companyId` takes
 * the leads of every organisation the service serves, `companies` those of the named ones.
 */
export function readBridge(root: Section, entityType: EntityType | null): BridgeDefinition | null {
  if (!root.has('bridge')) return null;
  const section = root.section('bridge');
  if (entityType !== null && entityType !== 'lead') {
    root.problems.add(
      'bridge',
      `does not go with the entity type ${entityType}`,
      'remove it: only leads are published',
    );
  }
  const companyId = section.optionalText('companyId');
  if (companyId !== null) refuseOdd(section, 'companyId', companyId);
  const companies = new Map<string, string>();
  for (const [organisation, value] of Object.entries(section.mapping('companies'))) {
    const text = typeof value === 'string' ? value.trim() : '';
    refuseOdd(section, `companies.${organisation}`, text);
    companies.set(organisation, text);
  }
  if (companyId !== null && companies.size > 0) {
    section.problems.add(section.at('companies'), 'goes not together with companyId', 'keep one of the two');
  } else if (companyId === null && companies.size === 0 && section.present) {
    section.problems.add(section.path, 'names no company', 'add companyId, or companies by IMS organisation');
  }
  return { companyId, companies };
}

function refuseOdd(section: Section, key: string, companyId: string): void {
  if (!COMPANY_ID.test(companyId)) section.problems.add(section.at(key), 'is not the id of a company', RULE);
}
