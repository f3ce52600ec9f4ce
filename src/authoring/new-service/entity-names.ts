import type { EntityType } from '../../actions/action-input.js';

/** Kinds of entities as users say them. */
export const ENTITIES = Object.freeze({
  lead: 'lead',
  account: 'account',
  buyingGroup: 'accountPerson',
} as const satisfies Readonly<Record<string, EntityType>>);

export type EntityName = keyof typeof ENTITIES;

/** Adobe's own word counts too. @returns null for a word that is none. */
export function readEntityName(word: string): EntityName | null {
  if (Object.hasOwn(ENTITIES, word)) return word as EntityName;
  return word === 'accountPerson' ? 'buyingGroup' : null;
}
