import type { ActionEntity, Fields, JourneyPath } from '../actions/action-input.js';
import type { AccessorValues, ActionErrorCode, ActionResult } from '../actions/action-result.js';

/** The entity of an action and what the steps before this one found out about it. */
export interface EnrichmentSubject {
  readonly entity: ActionEntity;
  /** Merged results of the earlier steps; read it to build on them (a score reads an e-mail's type). */
  readonly soFar: ActionResult;
}

/** The circumstances of a request. Read-only; every part may be empty. */
export interface EnrichmentContext {
  readonly flowStep: Fields;
  readonly globalAttributes: Fields;
  /** Custom headers by lower-case name. They carry customers' keys: never log them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly journey: Fields;
  readonly subscription: Fields;
  readonly pathConfig: readonly JourneyPath[];
  /** Of the action and its step; absent where no action is enriched. */
  readonly origin?: { readonly service: string; readonly step: string; readonly tenant: string };
  /** When this step's result stops being of use. */
  readonly deadline: Date;
  /** Aborted when the step's time is up or the process drains. Pass it to every request you make. */
  readonly signal: AbortSignal;
  /** Writes a line with the action's ids. Never put personal data into it. */
  readonly log: (message: string) => void;
}

/** The findings of one provider about one person of an account. `error` never drops the person. */
export interface PersonEnrichment {
  readonly fields?: Fields;
  readonly accessors?: AccessorValues;
  readonly error?: { readonly code: ActionErrorCode; readonly message: string };
}

/** The findings of one provider. All are optional; undeclared fields are kept for later steps, but never sent. */
export interface Enrichment {
  /** Of a lead. */
  readonly fields?: Fields;
  /** Of an account. */
  readonly accountFields?: Fields;
  /** Accessor values of a lead or an account. An accessor without one takes the field of its name. */
  readonly accessors?: AccessorValues;
  /** By accountPersonRelId. */
  readonly people?: ReadonlyMap<string, PersonEnrichment>;
  /** For `activityData`. */
  readonly attributes?: Fields;
}

/**
 * One way to find something out about a person, an account or a buying group.
 *
 * Decides: which fields, accessor values and activity attributes an action comes back with.
 * Configured: by `pipeline[].provider` in a service's YAML, with `settings` of the provider's own shape.
 * Example: see {@link ./providers/email.provider.ts}; your own joins through `PROVIDER_MODULES`.
 * Contract: stateless between calls, safe side by side, never throws for bad *values* (answers with fewer
 * fields instead), throws {@link EnrichmentError}, or any error with a `code` of Adobe's, when it cannot do its work.
 * `describeEnrichmentProvider` is the conformance suite.
 */
export interface EnrichmentProvider {
  /** Unique, kebab-case. */
  readonly key: string;
  /**
   * Whether its time is spent waiting for another system. While it waits, its action takes no place of ENRICH_CONCURRENCY,
   * so hundreds can wait side by side; what computes keeps its place.
   */
  readonly waitsForIo?: boolean;
  /**
   * Whether it asks about many subjects at once if they come at once, as a query or a request for all of them; a function says
   * so of a step's settings. The subjects of an asynchronous call come 200 at a time then, also to the other steps of their
   * service, else eight. They come eight at a time, too, where another step {@link waitsForIo} and does not gather.
   */
  readonly gathers?: boolean | ((settings: Readonly<Record<string, unknown>>) => boolean);
  /**
   * Of a provider that {@link waitsForIo}: how many subjects of a batch it takes side by side without keeping one waiting.
   * Absent or null: a batch asks for eight at a time.
   */
  readonly atOnce?: (settings: Readonly<Record<string, unknown>>) => number | null;
  /**
   * Checks a step's settings at boot and at each reload, before any action runs.
   * @returns one sentence per problem, empty when the settings are fine.
   */
  validateSettings?(settings: Readonly<Record<string, unknown>>): string[];
  /**
   * Names of the secrets that a step's settings ask for. A reload that names one that is set nowhere is refused.
   * Called for settings that {@link validateSettings} found to be fine.
   */
  secretsOf?(settings: Readonly<Record<string, unknown>>): readonly string[];
  enrich(
    subject: EnrichmentSubject,
    settings: Readonly<Record<string, unknown>>,
    context: EnrichmentContext,
  ): Promise<Enrichment>;
}

/**
 * A provider could not do its work. `message` reaches Adobe as the reason: no personal data, no secrets. Nothing asks for
 * this class: an error with one of these codes counts as one, whichever class it has.
 */
export class EnrichmentError extends Error {
  constructor(
    readonly code: ActionErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EnrichmentError';
  }
}
