import { Injectable } from '@nestjs/common';
import { stringify } from 'lossless-json';
import { Catalog } from '../../catalog/catalog.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { AppConfig } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { Expressions } from '../../expressions/expressions.js';
import type { JsonValue } from '../../http/json-value.js';
import { toJsonText } from '../../http/json-text.js';
import { RequestError } from '../../http/request-error.js';
import { NewActionFactory } from '../../intake/new-action.js';
import { ServedOrganisations } from '../../intake/served-organisations.js';
import type { Actor } from '../../security/admin-actor.js';
import { AddressPolicy } from '../../security/address-policy.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { StepSecrets } from '../../step-secrets/step-secrets.js';
import { UsageError } from '../command.js';
import { FewAtOnce } from '../few-at-once.js';
import { bookOfNone } from '../workbench.js';
import { hideSecrets } from './hidden-secrets.js';
import { LiveConditions, LiveRegistry, TrialRunner } from './live-parts.js';
import type { TrialView, TryService } from './live-trial.dto.js';
import { runTrialBy, type TrialRun } from './trial.js';
import { TrialNotes } from './trial-notes.js';
import { makeReport, type ShownStep, type TrialReport } from './trial-report.js';
import { toRequest } from './trial-subject.js';

/** Each may hold connections and threads for a minute; requests of Adobe come first. */
const MOST_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 5;
/** A definition may have an hour: no person waits that long for an answer. */
const LONGEST_MS = 120_000;

/**
 * Runs the pipeline of a service that is served on a subject of an administrator's. Steps ask the systems that they ask in
 * service, with the same secrets, tables, caches and budgets. Nothing is stored of the subject, and nothing is sent to Adobe.
 */
@Injectable()
export class LiveTrials {
  private readonly factory: NewActionFactory;
  private readonly places = new FewAtOnce({
    most: MOST_AT_ONCE,
    what: 'trials',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

  constructor(
    private readonly catalog: Catalog,
    private readonly registry: ProviderRegistry,
    private readonly expressions: Expressions,
    private readonly secrets: StepSecrets,
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly audit: AuditRepository,
    addresses: AddressPolicy,
  ) {
    // Which organisations are served is a question of callers.
    const open = { ...config, ims: { ...config.ims, orgIds: null } };
    this.factory = new NewActionFactory(config, addresses, new ServedOrganisations(open, bookOfNone()));
  }

  /** @throws RequestError 404 for an unknown service, 422 for a subject that is none, 429 while two others run. */
  async run(apiName: string, given: TryService, actor: Actor): Promise<TrialView> {
    const definition = this.catalog.find(apiName);
    if (definition === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No such service.');
    const request = this.requestOf(definition, given);
    return this.places.run(async () => {
      // Written before the steps ask anything. The subject is personal: it is not told.
      await this.database.transaction((tx) =>
        this.audit.record(tx, { actor, verb: 'service.try', target: `service:${apiName}`, details: {} }),
      );
      return this.runIn(definition, request);
    });
  }

  private async runIn(definition: ServiceDefinition, request: ReturnType<typeof toRequest>): Promise<TrialView> {
    const notes = new TrialNotes();
    const conditions = new LiveConditions(this.expressions, this.config, notes);
    const runner = new TrialRunner(new LiveRegistry(this.registry, notes), conditions);
    let trial: TrialRun;
    try {
      const timeOf = (ownMs: number): number => Math.min(ownMs, LONGEST_MS);
      trial = await runTrialBy({ factory: this.factory, runner }, definition, request, timeOf);
    } catch (error) {
      if (error instanceof RequestError) return refused(definition, error);
      throw error;
    } finally {
      runner.onApplicationShutdown();
    }
    const report = makeReport(definition, trial, 'given', notes, []);
    return toView(hideSecrets(report, await this.secretsOf(definition)));
  }

  private requestOf(definition: ServiceDefinition, { subject, flow, admin }: TryService): ReturnType<typeof toRequest> {
    const value = subject ?? null;
    const entityType = value === null ? null : definition.entityType;
    try {
      const parts = { entityType, value, flow: flow ?? {}, admin: admin ?? {} };
      return toRequest(definition, parts, callbackUrlFor(this.config));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const details = [{ field: 'subject', message: error.message }];
      throw new RequestError(422, 'VALIDATION_ERROR', `subject: ${error.message}`, { details });
    }
  }

  /** A system may answer with the key that it was asked with. */
  private async secretsOf(definition: ServiceDefinition): Promise<ReadonlyMap<string, string>> {
    const names = this.registry.secretsOf([{ file: '', definition }]).map(({ name }) => name);
    const found = await Promise.all(
      names.map(async (name): Promise<[string, string | null]> => [name, await this.secrets.find(name)]),
    );
    return new Map(found.filter((one): one is [string, string] => one[1] !== null));
  }
}

/** Nothing is sent to it; it only has to be one that intake takes. */
function callbackUrlFor({ environment }: AppConfig): string {
  return environment === 'development' ? 'http://127.0.0.1/callback' : 'https://callback.adobe.io/callback';
}

function refused({ apiName }: ServiceDefinition, { message, details }: RequestError): TrialView {
  const refusals = details.map(({ field, message: said }) => ({ field, message: said }));
  const nothing = { code: null, ms: 0, steps: [], warnings: [], callback: null };
  return { ...nothing, service: apiName, outcome: 'refused', reason: message, refusals };
}

function toView({ service, outcome, code, reason, ms, steps, warnings, callback }: TrialReport): TrialView {
  const text = stringify(callback, null, 2) ?? null;
  const own = { service, outcome, code, reason, ms };
  return { ...own, refusals: [], steps: steps.map(toStepView), warnings: [...warnings], callback: text };
}

function toStepView(shown: ShownStep): TrialView['steps'][number] {
  const { step, provider, outcome, ms, code, reason, conditions, wrote, kept, alsoFound } = shown;
  return {
    ...{ step, provider, outcome, ms, code, reason },
    conditions: conditions.map(({ expression, value }) => ({ expression, value: String(value) })),
    // Integers beyond 2^53 are no JSON of a browser; the callback's text has all of their digits.
    wrote: JSON.parse(toJsonText(wrote)) as Record<string, JsonValue>,
    kept: [...kept],
    alsoFound: [...alsoFound],
  };
}
