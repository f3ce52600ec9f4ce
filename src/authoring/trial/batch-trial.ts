import type { INestApplicationContext } from '@nestjs/common';
import type { LeasedAction } from '../../actions/action.js';
import type { BatchSubject } from '../../actions/action-input.js';
import type { ActionOutcome } from '../../actions/action-result.js';
import { toBatchOutcome, toFailure } from '../../enrichment/batch-runner.js';
import { PipelineRunner } from '../../enrichment/pipeline-runner.js';
import { type JsonObject, parseJsonText } from '../../http/json-body.js';
import type { JsonValue } from '../../http/json-value.js';
import { BatchActionFactory } from '../../marketo/batches/batch-action.js';
import { CallbackShape } from '../../marketo/callbacks/callback-body.js';
import type { MarketoService } from '../../marketo/documents/service-definition.js';
import type { BatchTrialReport, ShownLead } from './batch-report.js';
import type { TrialNotes } from './trial-notes.js';
import { droppedNotes, notesOf, showSteps, type ShownStep } from './trial-report.js';

/**
 * Takes a batch as intake does, runs the pipeline of each lead, and writes the callback as it is sent. Leads run one after
 * another, each with the whole time of the batch: what they do is shown lead by lead, which side by side would mix.
 * @param timeoutMs null: the service's
 * @throws RequestError where intake would refuse the batch.
 */
export async function runBatchTrial(
  workbench: INestApplicationContext,
  definition: MarketoService,
  batch: JsonObject,
  timeoutMs: number | null,
  notes: TrialNotes,
): Promise<Omit<BatchTrialReport, 'source'>> {
  const made = workbench.get(BatchActionFactory).make(batch, {}, definition, null);
  const { entity } = made.input;
  if (entity.kind !== 'batch') throw new TypeError('a request of Marketo is a batch');
  const runner = workbench.get(PipelineRunner);
  const budgetMs = timeoutMs ?? made.timeoutMs;
  const leads: ShownLead[] = [];
  const subjects: ActionOutcome[] = [];
  const own = { id: 'try', leaseToken: 'try', crashCount: 0, timeoutMs: budgetMs };
  for (const subject of entity.subjects) {
    notes.clear();
    const startedAtMs = performance.now();
    const action: LeasedAction = { ...made, ...own, deadlineAtMs: startedAtMs + budgetMs };
    const { outcome, steps } =
      subject.refusal === null
        ? await runner.run(action, subject.entity, definition, subject.circumstances)
        : { outcome: toFailure(subject.refusal), steps: null };
    subjects.push(outcome);
    leads.push({
      ...headOf(subject, outcome),
      ms: Math.round(performance.now() - startedAtMs),
      // Nothing of a lead is run that its batch's own check refuses.
      steps: steps === null ? [] : showSteps(definition, steps, notes),
    });
  }
  const shape = new CallbackShape(definition);
  const { body, dropped } = shape.build(made.tenant, entity, toBatchOutcome(subjects), new Date());
  const callback = parseJsonText(body);
  const notRun = leads.flatMap(({ steps }) => notesOf(steps));
  return {
    service: definition.apiName,
    dialect: 'marketo',
    outcome: leads.every((lead) => lead.outcome === 'success') ? 'success' : 'failure',
    leads: leads.map((lead, index) => ({ ...lead, steps: withSent(lead.steps, leadDataOf(callback, index)) })),
    warnings: [...new Set([...notRun, ...droppedNotes(dropped)])],
    callback,
  };
}

function leadDataOf(callback: JsonValue, index: number): JsonObject {
  const { objectData } = callback as unknown as { readonly objectData: readonly { readonly leadData: JsonObject }[] };
  return objectData[index]?.leadData ?? {};
}

/**
 * Where an administrator maps the fields, any that a step found is sent. The service's own records know those of the file
 * alone, so the callback says which ones went; the last step that found one has written it.
 */
function withSent(steps: readonly ShownStep[], leadData: JsonObject): readonly ShownStep[] {
  const taken = new Set<string>();
  const shown = steps.toReversed().map((step) => {
    const sent = step.alsoFound.filter((name) => name !== 'id' && Object.hasOwn(leadData, name) && !taken.has(name));
    for (const name of sent) taken.add(name);
    const values = sent.map((name) => [name, leadData[name] ?? null] as const);
    return {
      ...step,
      wrote: { ...step.wrote, ...Object.fromEntries(values) },
      alsoFound: step.alsoFound.filter((name) => !sent.includes(name)),
    };
  });
  return shown.toReversed();
}

function headOf(
  { entity }: BatchSubject,
  outcome: ActionOutcome,
): Pick<ShownLead, 'id' | 'outcome' | 'code' | 'reason'> {
  const isFailure = outcome.kind === 'failure';
  return {
    id: entity.id,
    outcome: outcome.kind,
    code: isFailure ? outcome.errorCode : null,
    reason: isFailure ? outcome.reason : null,
  };
}
