import { Injectable, Logger } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import { Catalog } from '../catalog/catalog.js';
import { tracing } from '../telemetry/current-tracing.js';
import { BatchRunner } from './batch-runner.js';
import { PipelineRunner, type PipelineRun } from './pipeline-runner.js';
import { tracePipeline } from './pipeline-span.js';

/** Runs an action through the pipeline of the definition that it was taken with: one entity, or a batch of them. */
@Injectable()
export class ActionPipelines {
  private readonly log = new Logger('Enrichment');

  constructor(
    private readonly catalog: Catalog,
    private readonly runner: PipelineRunner,
    private readonly batches: BatchRunner,
  ) {}

  /** The action's definition stays in use until {@link end}. */
  begin(action: LeasedAction): void {
    this.catalog.begin(action);
  }

  end(action: LeasedAction): void {
    this.catalog.end(action);
  }

  run(action: LeasedAction): Promise<PipelineRun> {
    return tracing === null ? this.runWhole(action) : tracePipeline(tracing, action, () => this.runWhole(action));
  }

  private async runWhole(action: LeasedAction): Promise<PipelineRun> {
    const definition = this.catalog.definitionOf(action);
    const { entity } = action.input;
    if (definition !== null) {
      return entity.kind === 'batch'
        ? this.batches.run(action, entity, definition)
        : this.runner.run(action, entity, definition);
    }
    const reason = `the service ${action.service} is not configured any more`;
    this.log.error({ message: reason, requestId: action.id });
    return { outcome: { kind: 'failure', errorCode: 'ENRICHMENT_FAILED', reason }, steps: [] };
  }
}
