import type { JobFacts } from './job-title.js';
import type { JobFunction } from './job-title-words.js';

/** The parts people play in a purchase, from the most to the least influence. */
export const BUYING_ROLES = Object.freeze([
  'decisionMaker',
  'economicBuyer',
  'technicalBuyer',
  'champion',
  'influencer',
  'user',
] as const);

export type BuyingRole = (typeof BUYING_ROLES)[number];

/** A person's part, with 0 to 100 points of influence; `unknown` when the title says nothing. */
export interface RoleOfPerson {
  readonly role: BuyingRole | 'unknown';
  readonly influence: number;
}

const TECHNICAL: readonly (JobFunction | null)[] = ['it', 'engineering', 'security', 'data'];
const MONEY: readonly (JobFunction | null)[] = ['finance', 'procurement'];

const INFLUENCE: Readonly<Record<BuyingRole | 'unknown', number>> = {
  decisionMaker: 90,
  economicBuyer: 75,
  technicalBuyer: 65,
  champion: 60,
  influencer: 45,
  user: 25,
  unknown: 5,
};
const TOP_OF_THE_HOUSE = 10;
/** A person who does not work there can recommend, not sign. */
const OUTSIDER_SHARE = 0.5;

/** Knows a role by the name an admin may have given it: "Decision Maker", "decision-maker", "decisionMaker". */
export function readBuyingRole(text: string): BuyingRole | null {
  const bare = text.toLowerCase().replace(/[^a-z]/gu, '');
  return BUYING_ROLES.find((role) => role.toLowerCase() === bare) ?? null;
}

/**
 * Gives a person the part their job suggests. `targetFunctions` are the functions the product is for: a leader of
 * one of them who does not decide is a champion.
 */
export function roleOfPerson(
  facts: JobFacts,
  isEmployee: boolean | null,
  targetFunctions: readonly string[],
): RoleOfPerson {
  const role = roleFromJob(facts, targetFunctions);
  const top = facts.seniority === 'owner' || facts.seniority === 'cLevel' ? TOP_OF_THE_HOUSE : 0;
  const influence = INFLUENCE[role] + top;
  return { role, influence: isEmployee === false ? Math.round(influence * OUTSIDER_SHARE) : influence };
}

function roleFromJob({ seniority, jobFunction }: JobFacts, targetFunctions: readonly string[]): BuyingRole | 'unknown' {
  const isTarget = jobFunction !== null && targetFunctions.includes(jobFunction);
  switch (seniority) {
    case 'owner':
      return 'decisionMaker';
    case 'cLevel':
    case 'vicePresident':
    case 'director':
      if (MONEY.includes(jobFunction)) return 'economicBuyer';
      if (isTarget || jobFunction === 'executive' || jobFunction === null) {
        return seniority === 'director' && !isTarget ? 'influencer' : 'decisionMaker';
      }
      return TECHNICAL.includes(jobFunction) ? 'technicalBuyer' : 'influencer';
    case 'manager':
      if (isTarget) return 'champion';
      if (MONEY.includes(jobFunction)) return 'economicBuyer';
      return TECHNICAL.includes(jobFunction) ? 'technicalBuyer' : 'influencer';
    case 'senior':
      return isTarget ? 'champion' : 'user';
    case 'entry':
    case 'intern':
      return 'user';
    case null:
      return jobFunction === null ? 'unknown' : 'user';
  }
}
