import type { AppConfig } from '../../config/config.js';
import type { EnrichmentProvider } from '../../enrichment/enrichment-provider.js';
import { PipelineRunner } from '../../enrichment/pipeline-runner.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import type { Expressions } from '../../expressions/expressions.js';
import type { CannedAnswer } from './canned-answers.js';
import { MemoryTables } from './memory-tables.js';
import { TrialMeans } from './trial-means.js';
import type { TrialNotes } from './trial-notes.js';
import { NotedConditions, WatchedProvider } from './watched-steps.js';

class EveryTable extends MemoryTables {
  override has(): boolean {
    return true;
  }
}

/** No step is left out: all that a step needs is there, or the service itself would not have it. */
class LiveMeans extends TrialMeans {
  readonly tables = new EveryTable();
  readonly answers = new Map<string, CannedAnswer>();
  readonly offline = false;

  constructor(readonly notes: TrialNotes) {
    super();
  }
}

/** The providers of this process as they serve, which keep what they find in one trial. */
export class LiveRegistry extends ProviderRegistry {
  private readonly means: TrialMeans;

  constructor(
    private readonly served: ProviderRegistry,
    notes: TrialNotes,
  ) {
    super();
    this.means = new LiveMeans(notes);
  }

  override find(key: string): EnrichmentProvider | null {
    const provider = this.served.find(key);
    return provider === null ? null : new WatchedProvider(provider, this.means);
  }
}

/** The conditions of one trial, with their values. */
export class LiveConditions extends NotedConditions {
  constructor(
    expressions: Expressions,
    config: AppConfig,
    protected override readonly notes: TrialNotes,
  ) {
    super(expressions, config);
  }
}

/** Runs the pipeline of one trial: it is no action, and no figure of the service counts it. */
export class TrialRunner extends PipelineRunner {
  protected override countRun(): void {
    // Nothing.
  }

  protected override countFailure(): void {
    // Nothing.
  }
}
