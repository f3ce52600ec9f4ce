import { isJsonObject } from '../../../http/json-value.js';
import type { EnrichmentContext } from '../../enrichment-provider.js';
import { flowNumber } from '../flow-values.js';
import { isFieldName, unknownKeyProblems } from '../step-settings.js';

/** A named range of scores: from `from` up to the next tier. */
export interface Tier {
  readonly name: string;
  readonly from: number;
  /** Flow attribute by which a journey's author moves the threshold. */
  readonly flowAttribute: string | null;
}

/** One sentence per problem of the tiers in a step's settings; no tiers at all is fine. */
export function tierProblems(tiers: unknown): string[] {
  if (tiers === undefined) return [];
  if (!Array.isArray(tiers) || tiers.length === 0) return ['settings.tiers must be a list with at least one tier.'];
  const problems = tiers.flatMap((tier: unknown, at) => problemsOfTier(tier, `settings.tiers[${at}]`));
  if (problems.length > 0) return problems;
  const compiled = compileTiers(tiers);
  const twice = (pick: (tier: Tier) => string | number): boolean => new Set(compiled.map(pick)).size < compiled.length;
  if (twice((tier) => tier.name)) problems.push('settings.tiers has two tiers of the same name.');
  if (twice((tier) => tier.from)) problems.push('settings.tiers has two tiers with the same from.');
  return problems;
}

function problemsOfTier(tier: unknown, where: string): string[] {
  if (!isJsonObject(tier)) return [`${where} must have name and from.`];
  const problems = unknownKeyProblems(tier, ['name', 'from', 'flowAttribute'], where);
  if (typeof tier.name !== 'string' || tier.name.trim() === '') problems.push(`${where}.name must be a text.`);
  if (typeof tier.from !== 'number' || !Number.isFinite(tier.from)) problems.push(`${where}.from must be a number.`);
  if (tier.flowAttribute !== undefined && !isFieldName(tier.flowAttribute)) {
    problems.push(`${where}.flowAttribute must be the apiName of a flow attribute.`);
  }
  return problems;
}

/** Makes tiers ready to use, the highest first; entries {@link tierProblems} complains about are left out. */
export function compileTiers(tiers: unknown): readonly Tier[] {
  if (!Array.isArray(tiers)) return [];
  return tiers
    .flatMap((tier: unknown) => {
      if (!isJsonObject(tier) || typeof tier.name !== 'string' || typeof tier.from !== 'number') return [];
      return [
        {
          name: tier.name,
          from: tier.from,
          flowAttribute: isFieldName(tier.flowAttribute) ? tier.flowAttribute : null,
        },
      ];
    })
    .sort((left, right) => right.from - left.from);
}

/**
 * The tiers with the thresholds this journey's author set. Their order stays: a "hot" moved below "warm" swallows it.
 */
export function tiersFor(tiers: readonly Tier[], context: EnrichmentContext): readonly Tier[] {
  return tiers.map((tier) => {
    const from = tier.flowAttribute === null ? null : flowNumber(context, tier.flowAttribute);
    return from === null ? tier : { ...tier, from };
  });
}

/** The first tier of the list a score reaches; null when it reaches none. */
export function tierOf(score: number, tiers: readonly Tier[]): string | null {
  return tiers.find((tier) => score >= tier.from)?.name ?? null;
}
