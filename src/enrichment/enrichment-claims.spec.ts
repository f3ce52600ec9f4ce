import { describe, expect, it } from 'vitest';
import type { ActionLoader } from '../actions/action-loader.js';
import type { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import type { ActionsRepository } from '../actions/actions.repository.js';
import type { Catalog } from '../catalog/catalog.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { EnrichmentClaims } from './enrichment-claims.js';

const SECOND = 1_000;

function claimsWith(ageMs: number | null): EnrichmentClaims {
  const repository = { findSuspectAge: () => Promise.resolve(ageMs) } as unknown as ActionsRepository;
  const nothing = {} as unknown;
  return new EnrichmentClaims(
    repository,
    nothing as ActionTrialsRepository,
    nothing as ActionLoader,
    new LeaseTokens(),
    nothing as Catalog,
    testConfig(),
  );
}

describe('the time that suspects have to themselves', () => {
  it.each([
    [0, SECOND],
    [SECOND, SECOND],
    [20 * SECOND, 10 * SECOND],
    [40 * SECOND, 20 * SECOND],
    [3_600 * SECOND, 30 * SECOND],
  ])('is, %i ms after the crash that made the oldest, %i ms', async (ageMs, aloneMaxMs) => {
    expect(await claimsWith(ageMs).findSuspicion()).toEqual({ aloneMaxMs });
  });

  it('is none without suspects', async () => {
    expect(await claimsWith(null).findSuspicion()).toBeNull();
  });
});
