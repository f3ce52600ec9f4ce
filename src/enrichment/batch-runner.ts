import { Injectable } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import type { BatchEntity, BatchSubject, Refusal } from '../actions/action-input.js';
import type { ActionOutcome, ActionResult, StepOutcome } from '../actions/action-result.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { PipelineRunner, type PipelineRun } from './pipeline-runner.js';

/** Pipelines of one batch side by side: one batch holds one place of the stage, however many subjects it has. */
const SIDE_BY_SIDE = 8;
/** The same where a step asks about many subjects at once: as many as go into one statement of a look-up. */
const GATHERED = 200;
/** Pipelines that never wait would otherwise keep everything else of this process waiting for the whole batch. */
const STRETCH_MS = 8;

const NOTHING_OF_ITS_OWN: ActionResult = Object.freeze({
  fields: {},
  accountFields: {},
  accessors: {},
  people: new Map(),
  attributes: {},
});

/** Runs a service's pipeline over every subject of a batch, each apart: what one meets is nothing to the others. */
@Injectable()
export class BatchRunner {
  constructor(private readonly runner: PipelineRunner) {}

  /** Never rejects. Fails as a whole only where nothing may be run at all. */
  async run(action: LeasedAction, batch: BatchEntity, definition: ServiceDefinition): Promise<PipelineRun> {
    if (batch.refusal !== null) return { outcome: toFailure(batch.refusal), steps: [] };
    const runs = new Array<PipelineRun>(batch.subjects.length);
    let next = 0;
    const rests = new Rests();
    const work = async (): Promise<void> => {
      for (;;) {
        const index = next++;
        const subject = batch.subjects[index];
        if (subject === undefined) return;
        const rest = rests.due();
        if (rest !== null) await rest;
        runs[index] = await this.runOne(action, subject, definition);
      }
    };
    const most = this.runner.gathers(definition) ? GATHERED : SIDE_BY_SIDE;
    await Promise.all(Array.from({ length: Math.min(most, batch.subjects.length) }, work));
    const subjects = runs.map(({ outcome }) => outcome);
    return { outcome: { kind: 'success', result: { ...NOTHING_OF_ITS_OWN, subjects } }, steps: summarize(runs) };
  }

  private runOne(action: LeasedAction, subject: BatchSubject, definition: ServiceDefinition): Promise<PipelineRun> {
    if (subject.refusal === null) return this.runner.run(action, subject.entity, definition);
    return Promise.resolve({ outcome: toFailure(subject.refusal), steps: [] });
  }
}

/** Lets the event loop turn. All pipelines rest together, and go on in one turn: what they ask stays together. */
class Rests {
  private restedAtMs = performance.now();
  private resting: Promise<void> | null = null;

  due(): Promise<void> | null {
    if (this.resting === null && performance.now() - this.restedAtMs > STRETCH_MS) {
      this.resting = new Promise((resolve) => {
        setImmediate(() => {
          this.resting = null;
          this.restedAtMs = performance.now();
          resolve();
        });
      });
    }
    return this.resting;
  }
}

function toFailure({ errorCode, reason }: Refusal): ActionOutcome {
  return { kind: 'failure', errorCode, reason };
}

interface StepSum {
  readonly provider: string | undefined;
  readonly wrote: Set<string>;
  readonly kept: Set<string>;
  ms: number;
  ok: number;
  failed: number;
  first: StepOutcome | null;
  /** Of a step that was not to run for any subject. */
  leftOut: StepOutcome | null;
}

function newSum(provider: string | undefined): StepSum {
  return { provider, wrote: new Set(), kept: new Set(), ms: 0, ok: 0, failed: 0, first: null, leftOut: null };
}

/** One record per step for the whole batch, in the pipeline's order: its time altogether, and the first failure. */
function summarize(runs: readonly PipelineRun[]): StepOutcome[] {
  const steps = new Map<string, StepSum>();
  for (const one of runs.flatMap((run) => run.steps)) {
    const sum = steps.get(one.step) ?? newSum(one.provider);
    sum.ms += one.ms;
    for (const name of one.wrote ?? []) sum.wrote.add(name);
    for (const name of one.kept ?? []) sum.kept.add(name);
    if (one.outcome === 'ok') sum.ok += 1;
    else if (one.errorCode === undefined) sum.leftOut ??= one;
    else {
      sum.failed += 1;
      sum.first ??= one;
    }
    steps.set(one.step, sum);
  }
  return [...steps].map(([step, { provider, ms, ok, failed, first, leftOut, wrote, kept }]) => {
    const told = first ?? (ok === 0 ? leftOut : null);
    return {
      step,
      ...(provider !== undefined && { provider }),
      outcome: told !== null && ok === 0 ? told.outcome : 'ok',
      ms,
      ...(told?.errorCode !== undefined && { errorCode: told.errorCode }),
      ...(told?.reason !== undefined && { reason: told.reason }),
      ...(wrote.size > 0 && { wrote: [...wrote] }),
      ...(kept.size > 0 && { kept: [...kept] }),
      ...(failed > 0 && { subjectsFailed: failed }),
    };
  });
}
