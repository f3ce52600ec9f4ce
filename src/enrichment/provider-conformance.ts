import { setMaxListeners } from 'node:events';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActionEntity } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import type { ActionResult } from '../actions/action-result.js';
import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from './enrichment-provider.js';
import { hostileEntity } from './hostile-entities.fixtures.js';
import { readPublishedError } from './provider-error.js';

/** A subject and settings the provider under test can do its work on. */
export interface EnrichmentSample {
  readonly name: string;
  readonly entity: ActionEntity;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The findings of earlier steps. */
  readonly soFar?: Partial<ActionResult>;
  readonly context?: Partial<EnrichmentContext>;
}

const NOTHING_SO_FAR: ActionResult = {
  fields: {},
  accountFields: {},
  accessors: {},
  people: new Map(),
  attributes: {},
};
/** Time a provider may take to notice that it was stopped. */
const STOP_MS = 1_000;

/** A context for calling a provider in a test: empty, a minute away from its deadline, unless told otherwise. */
export function sampleContext(parts: Partial<EnrichmentContext> = {}): EnrichmentContext {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return {
    flowStep: {},
    globalAttributes: {},
    headers: {},
    journey: {},
    subscription: {},
    pathConfig: [],
    deadline: new Date(Date.now() + 60_000),
    signal,
    log: () => undefined,
    ...parts,
  };
}

/** A subject for calling a provider in a test, with nothing found out before unless told otherwise. */
export function sampleSubject(entity: ActionEntity, soFar: Partial<ActionResult> = {}): EnrichmentSubject {
  return { entity, soFar: { ...NOTHING_SO_FAR, ...soFar } };
}

/**
 * The contract of {@link ./enrichment-provider.ts} as a vitest suite; call it at the top level of a spec.
 *
 * @param make a new provider per call.
 * @param samples at least one, with the kinds of entity the provider is for.
 */
export function describeEnrichmentProvider(make: () => EnrichmentProvider, samples: readonly EnrichmentSample[]): void {
  const provider = make();
  const run = (sample: EnrichmentSample, parts: Partial<EnrichmentContext> = {}): Promise<Enrichment> =>
    provider.enrich(
      sampleSubject(sample.entity, sample.soFar),
      sample.settings,
      sampleContext({ ...sample.context, ...parts }),
    );

  describe(`the contract of an enrichment provider: ${provider.key}`, () => {
    // Data that is loaded lazily must not count as slowness of the first test.
    beforeAll(async () => {
      for (const sample of samples) await run(sample);
    });

    it('has a kebab-case key and keeps it', () => {
      expect(provider.key).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(make().key).toBe(provider.key);
    });

    it.each(samples)('accepts the settings of: $name', ({ settings }) => {
      expect(provider.validateSettings?.(settings) ?? []).toEqual([]);
    });

    it('answers sentences, and never throws, for settings of any shape', () => {
      fc.assert(
        fc.property(fc.dictionary(settingName(samples), fc.anything({ maxDepth: 3 })), (settings) => {
          const problems = provider.validateSettings?.(settings) ?? [];
          expect(problems.every((problem) => typeof problem === 'string' && problem !== '')).toBe(true);
        }),
        { numRuns: 200 },
      );
    });

    it.each(samples)('answers with JSON scalars only: $name', async (sample) => {
      expectScalars(await run(sample));
    });

    it.each(samples)('says the same every time, on a new instance too: $name', async (sample) => {
      const first = await run(sample);
      const again = await run(sample);
      const other = await make().enrich(
        sampleSubject(sample.entity, sample.soFar),
        sample.settings,
        sampleContext(sample.context),
      );
      expect(again).toEqual(first);
      expect(other).toEqual(first);
    });

    it('gives every call its own answer when many run side by side', async () => {
      const alone: Enrichment[] = [];
      for (const sample of samples) alone.push(await run(sample));
      const mixed = Array.from({ length: 60 }, (_, at) => at % samples.length);
      const together = await Promise.all(mixed.map((at) => run(samples[at] as EnrichmentSample)));
      expect(together).toEqual(mixed.map((at) => alone[at]));
    });

    it.each(samples)('leaves what it was given as it was: $name', async (sample) => {
      const frozen = {
        ...sample,
        entity: deepFreeze(structuredClone(sample.entity)),
        settings: deepFreeze(structuredClone(sample.settings)),
      };
      expect(await run(frozen)).toEqual(await run(sample));
    });

    it.each(samples)('stops soon when it is told to: $name', async (sample) => {
      const started = performance.now();
      const outcome = await settle(run(sample, { signal: AbortSignal.abort() }));
      expect(performance.now() - started).toBeLessThan(STOP_MS);
      expectContractual(outcome);
    });

    it.each(samples)('never throws for hostile values: $name', async (sample) => {
      await fc.assert(
        fc.asyncProperty(hostileEntity(sample.entity), async (entity) => {
          const found = await run({ ...sample, entity, soFar: {} });
          expectScalars(found);
          if (entity.kind === 'accountPerson')
            expectKnownPeople(
              found,
              entity.people.map((person) => person.relId),
            );
        }),
        { numRuns: 150 },
      );
    });

    it.each(samples.filter((sample) => sample.entity.kind === 'accountPerson'))(
      'answers for all people or for none of them: $name',
      async (sample) => {
        const ids = sample.entity.kind === 'accountPerson' ? sample.entity.people.map((person) => person.relId) : [];
        const { people } = await run(sample);
        if (people !== undefined && people.size > 0) expect([...people.keys()]).toEqual(ids);
      },
    );
  });
}

function settingName(samples: readonly EnrichmentSample[]): fc.Arbitrary<string> {
  const known = samples.flatMap((sample) => Object.keys(sample.settings));
  return fc.oneof(fc.constantFrom('from', 'to', 'on', ...known), fc.string({ maxLength: 8 }));
}

/** @throws an assertion error when an answer carries anything that is no JSON scalar. */
function expectScalars(found: Enrichment): void {
  const people = [...(found.people?.values() ?? [])];
  const records = [found.fields, found.accountFields, found.accessors, found.attributes];
  for (const record of [...records, ...people.flatMap((person) => [person.fields, person.accessors])]) {
    for (const [name, value] of Object.entries(record ?? {})) {
      expect(isScalar(value), `${name} is a ${typeof value}`).toBe(true);
    }
  }
}

function isScalar(value: JsonValue | undefined): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  // A lone surrogate or NUL is no text: JSON may hold it, Postgres and most readers refuse it.
  return typeof value === 'bigint' || (typeof value === 'string' && !/\p{Cs}|\u0000/u.test(value));
}

function expectKnownPeople(found: Enrichment, ids: readonly string[]): void {
  for (const id of found.people?.keys() ?? []) expect(ids).toContain(id);
  for (const person of found.people?.values() ?? []) {
    if (person.error !== undefined) expect(ACTION_ERROR_CODES).toContain(person.error.code);
  }
}

type Settled =
  { readonly kind: 'done'; readonly found: Enrichment } | { readonly kind: 'failed'; readonly error: unknown };

async function settle(work: Promise<Enrichment>): Promise<Settled> {
  return work.then(
    (found): Settled => ({ kind: 'done', found }),
    (error: unknown): Settled => ({ kind: 'failed', error }),
  );
}

/** An answer, an error with a code of Adobe's, or the AbortError of the request that was cut off: nothing else. */
function expectContractual(outcome: Settled): void {
  if (outcome.kind === 'done') return expectScalars(outcome.found);
  const isAbort = outcome.error instanceof Error && outcome.error.name === 'AbortError';
  expect(isAbort || readPublishedError(outcome.error) !== null, String(outcome.error)).toBe(true);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
