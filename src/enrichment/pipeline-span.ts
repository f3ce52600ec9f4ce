import type { Span } from '@opentelemetry/api';
import type { LeasedAction } from '../actions/action.js';
import type { Tracing } from '../telemetry/tracing.js';
import type { PipelineRun } from './pipeline-runner.js';
import { outcomeOf } from './step-span.js';

/** Runs a pipeline within a span. A batch has thousands of steps: its span tells of them in sums. */
export function tracePipeline(
  tracing: Tracing,
  action: LeasedAction,
  run: () => Promise<PipelineRun>,
): Promise<PipelineRun> {
  const span = tracing.begin(action.id, () => ({
    name: `enrich ${action.service}`,
    role: 'internal',
    attributes: { 'ricochet.service': action.service, 'ricochet.request_id': action.id },
  }));
  return span === null ? run() : runWithin(tracing, span, action, run);
}

async function runWithin(
  tracing: Tracing,
  span: Span,
  action: LeasedAction,
  run: () => Promise<PipelineRun>,
): Promise<PipelineRun> {
  tracing.setInner(action.id, span);
  let failed = true;
  try {
    const { outcome, steps } = await run();
    failed = outcome.kind === 'failure';
    span.setAttribute('ricochet.outcome', outcome.kind);
    if (outcome.kind === 'failure') span.setAttribute('error.type', outcome.errorCode);
    if (action.input.entity.kind === 'batch') {
      for (const step of steps) {
        const sums = { ...outcomeOf(step), 'ricochet.failed_subjects': step.subjectsFailed ?? 0 };
        span.addEvent(`step ${step.step}`, sums);
      }
    }
    return { outcome, steps };
  } finally {
    tracing.setInner(action.id, null);
    tracing.end(span, {}, failed);
  }
}
