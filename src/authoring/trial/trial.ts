import type { INestApplicationContext } from '@nestjs/common';
import type { LeasedAction } from '../../actions/action.js';
import type { ActionEntity } from '../../actions/action-input.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { buildCallbackBody, type CallbackBody } from '../../callbacks/callback-payload.js';
import { PipelineRunner, type PipelineRun } from '../../enrichment/pipeline-runner.js';
import type { JsonObject } from '../../http/json-body.js';
import { readEnvelope } from '../../intake/envelope.js';
import { NewActionFactory } from '../../intake/new-action.js';
import { compileFieldCheck } from '../../intake/required-fields.js';
import type { ServedService } from '../../intake/served-services.js';

/** A subject that went through a pipeline. */
export interface TrialRun {
  readonly entity: ActionEntity;
  readonly run: PipelineRun;
  readonly callback: CallbackBody;
  readonly ms: number;
}

/** The parts of a service that a trial goes through. */
export interface TrialParts {
  readonly factory: NewActionFactory;
  readonly runner: PipelineRunner;
}

/**
 * Takes a request as intake does, runs the pipeline as the holder of a lease does, and writes the callback as it is sent.
 * @param timeoutMs null: the request's or the service's
 * @throws RequestError where intake would refuse the request.
 */
export async function runTrial(
  workbench: INestApplicationContext,
  definition: ServiceDefinition,
  request: JsonObject,
  timeoutMs: number | null,
): Promise<TrialRun> {
  const parts = { factory: workbench.get(NewActionFactory), runner: workbench.get(PipelineRunner) };
  return runTrialBy(parts, definition, request, (ownMs) => timeoutMs ?? ownMs);
}

/**
 * As {@link runTrial}, by the parts of any service.
 * @param timeOf the time of the action, given the request's or the service's own
 */
export async function runTrialBy(
  { factory, runner }: TrialParts,
  definition: ServiceDefinition,
  request: JsonObject,
  timeOf: (ownMs: number) => number,
): Promise<TrialRun> {
  const service: ServedService = {
    definition,
    servedBy: null,
    checkFields: compileFieldCheck(definition),
    bodyLimit: Infinity,
  };
  const made = factory.make(readEnvelope(request), service, {});
  const { entity, splitPaths } = made.input;
  if (entity.kind === 'batch') throw new TypeError('a request is about one entity');
  const budgetMs = timeOf(made.timeoutMs);
  const startedAtMs = performance.now();
  const action: LeasedAction = {
    ...made,
    id: 'try',
    timeoutMs: budgetMs,
    deadlineAtMs: startedAtMs + budgetMs,
    leaseToken: 'try',
    crashCount: 0,
  };
  const run = await runner.run(action, entity, definition);
  const ms = Math.round(performance.now() - startedAtMs);
  return { entity, run, callback: buildCallbackBody(definition, { entity, splitPaths }, run.outcome), ms };
}
