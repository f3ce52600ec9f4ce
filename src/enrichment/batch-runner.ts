import { Inject, Injectable } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import type { BatchEntity, BatchSubject } from '../actions/action-input.js';
import type { ActionErrorCode, ActionOutcome, ActionResult, StepOutcome } from '../actions/action-result.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { CRASHES_UNTIL_BLAMED } from '../queue/crash-verdict.js';
import { PipelineRunner, type PipelineRun } from './pipeline-runner.js';

/** Pipelines of one batch side by side: one batch holds one place of the stage, however many subjects it has. */
const SIDE_BY_SIDE = 8;
/** The same where a step asks about many subjects at once: as many as go into one statement of a look-up. */
const GATHERED = 200;
/** Pipelines that never wait would otherwise keep everything else of this process waiting for the whole batch. */
const STRETCH_MS = 8;
/** Smaller ones are done before they would rest. */
const BEGINS_AT_ONCE = 100;
const RETRY_MS = 250;
const LEFT_OUT = Object.freeze({
  errorCode: 'ENRICHMENT_FAILED',
  reason: 'left out: the process ended each time while it was enriched',
} as const);

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
  private readonly turns = new Turns();

  constructor(
    private readonly runner: PipelineRunner,
    @Inject(ActionTrialsRepository) private readonly trials: Pick<ActionTrialsRepository, 'noteSubject'>,
  ) {}

  /** Never rejects. Fails as a whole only where nothing may be run at all. */
  async run(action: LeasedAction, batch: BatchEntity, definition: ServiceDefinition): Promise<PipelineRun> {
    if (batch.refusal !== null) return { outcome: toFailure(batch.refusal), steps: [] };
    const alone = batch.spareOthers === true && action.crashCount >= CRASHES_UNTIL_BLAMED - 1;
    const runs = alone
      ? await this.runOneByOne(action, batch, definition)
      : await this.runSideBySide(action, batch, definition);
    const subjects = runs.map(({ outcome }) => outcome);
    return { outcome: toBatchOutcome(subjects), steps: summarize(runs) };
  }

  private async runSideBySide(
    action: LeasedAction,
    batch: BatchEntity,
    definition: ServiceDefinition,
  ): Promise<PipelineRun[]> {
    const runs = new Array<PipelineRun>(batch.subjects.length);
    let next = 0;
    if (batch.subjects.length > BEGINS_AT_ONCE) await this.turns.next();
    const rests = new Rests(this.turns);
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
    const waiting = this.runner.takesAtOnce(definition) ?? SIDE_BY_SIDE;
    const most = this.runner.gathers(definition) ? GATHERED : Math.min(waiting, GATHERED);
    await Promise.all(Array.from({ length: Math.min(most, batch.subjects.length) }, work));
    return runs;
  }

  /** The number of each is written down before it begins: if the process ends in it, it is known which one it was. */
  private async runOneByOne(
    action: LeasedAction,
    batch: BatchEntity,
    definition: ServiceDefinition,
  ): Promise<PipelineRun[]> {
    const runs: PipelineRun[] = [];
    const blamed = new Set(action.blamedSubjects);
    for (const [index, subject] of batch.subjects.entries()) {
      const number = index + 1;
      if (blamed.has(number)) runs.push({ outcome: toFailure(LEFT_OUT), steps: [] });
      else {
        await this.note(action, number);
        runs.push(await this.runOne(action, subject, definition));
      }
    }
    // The process may end in what follows, too, which is not the last one's fault.
    await this.note(action, null);
    return runs;
  }

  /** Without the note a crash would count against the whole batch, so it is tried again while Postgres is away. */
  private async note(action: LeasedAction, number: number | null): Promise<void> {
    for (;;) {
      try {
        // A row that another process holds by now is not written by this one: the fence of the result sees to that.
        await this.trials.noteSubject(action, number);
        return;
      } catch (error) {
        if (performance.now() >= action.deadlineAtMs) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private runOne(action: LeasedAction, subject: BatchSubject, definition: ServiceDefinition): Promise<PipelineRun> {
    const { entity, refusal, circumstances } = subject;
    if (refusal === null) return this.runner.run(action, entity, definition, circumstances);
    return Promise.resolve({ outcome: toFailure(refusal), steps: [] });
  }
}

/** One batch goes on in each turn of the event loop: ten that did would keep all others waiting for ten stretches. */
class Turns {
  private readonly waiting: (() => void)[] = [];

  /** Resolves in a later turn of the event loop, after all that asked before, and after no other in the same turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 1) this.arm();
    });
  }

  private arm(): void {
    setImmediate(() => {
      this.waiting.shift()?.();
      if (this.waiting.length > 0) this.arm();
    });
  }
}

/** Lets the event loop turn. All pipelines of a batch rest together, and go on in one turn: what they ask stays together. */
class Rests {
  private restedAtMs = performance.now();
  private resting: Promise<void> | null = null;

  constructor(private readonly turns: Turns) {}

  due(): Promise<void> | null {
    if (this.resting === null && performance.now() - this.restedAtMs > STRETCH_MS) {
      this.resting = this.turns.next().then(() => {
        this.resting = null;
        this.restedAtMs = performance.now();
      });
    }
    return this.resting;
  }
}

/** The outcome of a batch: it has no values of its own. */
export function toBatchOutcome(subjects: readonly ActionOutcome[]): ActionOutcome {
  return { kind: 'success', result: { ...NOTHING_OF_ITS_OWN, subjects } };
}

/** The outcome of a subject of which nothing is run. */
export function toFailure({
  errorCode,
  reason,
}: {
  readonly errorCode: ActionErrorCode;
  readonly reason: string;
}): ActionOutcome {
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
