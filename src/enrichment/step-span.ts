import type { Attributes } from '@opentelemetry/api';
import type { LeasedAction } from '../actions/action.js';
import type { StepOutcome } from '../actions/action-result.js';
import type { PipelineStep } from '../catalog/service-definition.js';
import type { Tracing } from '../telemetry/tracing.js';

/** Runs a step within a span of its own. @param steps gets the record of the step while it runs */
export function traceStep<Result>(
  tracing: Tracing,
  { action, steps }: { readonly action: LeasedAction; readonly steps: readonly StepOutcome[] },
  step: PipelineStep,
  run: () => Promise<Result>,
): Promise<Result> {
  const pipeline = tracing.innerOf(action.id);
  if (pipeline === null || action.input.entity.kind === 'batch') return run();
  const attributes = {
    'ricochet.service': action.service,
    'ricochet.step': step.name,
    'ricochet.provider': step.provider,
  };
  const span = tracing.begin(action.id, () => ({ name: `step ${step.name}`, role: 'internal', attributes }), pipeline);
  if (span === null) return run();
  tracing.setInner(action.id, span);
  return run().finally(() => {
    tracing.setInner(action.id, pipeline);
    const record = steps.at(-1);
    tracing.end(span, record === undefined ? {} : outcomeOf(record), record?.errorCode !== undefined);
  });
}

/** Reasons are left out: a provider of the user's words them. */
export function outcomeOf({ outcome, errorCode }: StepOutcome): Attributes {
  return { 'ricochet.outcome': outcome, ...(errorCode !== undefined && { 'error.type': errorCode }) };
}
