import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { enrichTargets, personLookup, scopeOf, type Finding, type Target } from './people.js';
import { compileRules, ruleProblems, type ScoreRule } from './scores/score-rules.js';
import { compileTiers, tierOf, tierProblems, tiersFor, type Tier } from './scores/score-tiers.js';
import * as step from './step-settings.js';

const OUTPUTS = { score: 'score', tier: 'tier', reasons: 'scoreReasons' } as const;

interface Plan {
  readonly rules: readonly ScoreRule[];
  readonly tiers: readonly Tier[];
  readonly base: number;
  readonly min: number;
  readonly max: number;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Adds up the points of weighted rules over fields and earlier results, and names the tier the sum falls into.
 *
 * Settings: `rules` ({@link ./scores/score-rules.ts}), `tiers` ({@link ./scores/score-tiers.ts}), `base` (default 0), `min` and `max`
 * (default 0 and 100), `to`, `on` (buying groups: people or account). `reasons` lists the labels of the rules that
 * matched. Rules `of: account` read the account while a person is scored; rules `of: people` count every person of it.
 */
export class ScoreProvider implements EnrichmentProvider {
  readonly key = 'score';
  private readonly plan = step.compileOnce((settings): Plan => ({
    rules: compileRules(settings.rules),
    tiers: compileTiers(settings.tiers),
    base: numberOr(settings.base, 0),
    min: numberOr(settings.min, 0),
    max: numberOr(settings.max, 100),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    const numbers = ['base', 'min', 'max'].filter((key) => settings[key] !== undefined && !isNumber(settings[key]));
    return [
      ...step.unknownKeyProblems(settings, ['rules', 'tiers', 'base', 'min', 'max', 'to', 'on']),
      ...numbers.map((key) => `settings.${key} must be a number.`),
      ...(numberOr(settings.min, 0) < numberOr(settings.max, 100) ? [] : ['settings.min must be below settings.max.']),
      ...ruleProblems(settings.rules),
      ...tierProblems(settings.tiers),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    const tiers = tiersFor(plan.tiers, context);
    const ofPeople = countPeople(subject, plan.rules);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) =>
      rate(target, ofPeople, plan, tiers),
    );
  }
}

/** Points of the rules over people, counted once per call: the same for every scored subject. */
function countPeople(
  { entity, soFar }: EnrichmentSubject,
  rules: readonly ScoreRule[],
): ReadonlyMap<ScoreRule, number> {
  const counted = new Map<ScoreRule, number>();
  const ofPeople = rules.filter((rule) => rule.of === 'people');
  if (entity.kind !== 'accountPerson' || ofPeople.length === 0) return counted;
  const readers = entity.people.map((person) => personLookup(person, soFar));
  for (const rule of ofPeople) {
    const points = readers.filter((read) => rule.matches(read(rule.field))).length * rule.points;
    counted.set(rule, rule.most === null ? points : Math.sign(points) * Math.min(Math.abs(points), rule.most));
  }
  return counted;
}

function rate(target: Target, ofPeople: ReadonlyMap<ScoreRule, number>, plan: Plan, tiers: readonly Tier[]): Finding {
  let sum = plan.base;
  const reasons = new Set<string>();
  for (const rule of plan.rules) {
    const points = pointsOf(rule, target, ofPeople);
    if (points === 0) continue;
    sum += points;
    reasons.add(rule.label);
  }
  // Four decimals: 0.1 + 0.2 is 0.3 to everybody but a computer.
  const score = Math.round(Math.min(plan.max, Math.max(plan.min, sum)) * 10_000) / 10_000;
  const values = { score, tier: tierOf(score, tiers), reasons: [...reasons].join(', ') || null };
  return { fields: step.namedFields(values, plan.names) };
}

function pointsOf(rule: ScoreRule, target: Target, ofPeople: ReadonlyMap<ScoreRule, number>): number {
  switch (rule.of) {
    case 'self':
      return rule.matches(target.read(rule.field)) ? rule.points : 0;
    case 'account':
      return rule.matches(target.readAccount(rule.field)) ? rule.points : 0;
    case 'people':
      return ofPeople.get(rule) ?? 0;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function numberOr(value: unknown, fallback: number): number {
  return isNumber(value) ? value : fallback;
}
