import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EntityType, ServiceContract } from './service-contract.js';
import { readSubmission, type Submission } from './submission.js';

const FILES: Readonly<Record<EntityType, string>> = {
  lead: 'lead.json',
  account: 'account.json',
  accountPerson: 'account-person.json',
};

/** Root of the project; this file runs from dist/simulator or from simulator. */
export const PROJECT_ROOT = fileURLToPath(
  new URL(import.meta.url.includes('/dist/simulator/') ? '../../' : '../', import.meta.url),
);

/** Where a sample request lies. */
export function samplePath(entityType: EntityType): string {
  return `${PROJECT_ROOT}simulator/samples/${FILES[entityType]}`;
}

/** A request in the shape and with the field names of Adobe's documents, about made-up companies and people. */
export function documentedSample(entityType: EntityType): string {
  return readFileSync(`${PROJECT_ROOT}simulator/samples/documented/${FILES[entityType]}`, 'utf8');
}

/** The sample requests, as submissions that callbacks can be held against. */
export class Samples {
  private readonly texts: readonly (readonly [EntityType, string])[];

  constructor() {
    const types: readonly EntityType[] = ['lead', 'account', 'accountPerson'];
    this.texts = types.map((type) => [type, readFileSync(samplePath(type), 'utf8')]);
  }

  /** The sample a token belongs to: its own token, or that with a dash and anything behind it, so it can be sent again. */
  find(token: string, contractFor: (entityType: EntityType) => ServiceContract | null): Submission | null {
    for (const [type, text] of this.texts) {
      const submission = readSubmission(text, contractFor(type));
      if (token === submission.token || token.startsWith(`${submission.token}-`)) return { ...submission, token };
    }
    return null;
  }
}
