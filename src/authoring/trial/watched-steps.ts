import { Inject, Injectable } from '@nestjs/common';
import type { PipelineStep } from '../../catalog/service-definition.js';
import { Conditions, type Verdict } from '../../enrichment/conditions.js';
import type {
  Enrichment,
  EnrichmentContext,
  EnrichmentProvider,
  EnrichmentSubject,
} from '../../enrichment/enrichment-provider.js';
import type { ExpressionContext } from '../../enrichment/expression-subject.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { StepContext } from '../../enrichment/step-context.js';
import type { WaterfallSearch } from '../../enrichment/waterfall-search.js';
import type { CompiledExpression } from '../../expressions/compile-expression.js';
import { TrialMeans } from './trial-means.js';
import type { TrialNotes } from './trial-notes.js';

/** Keeps each condition and its value in the notes of its trial. */
export abstract class NotedConditions extends Conditions {
  private step = '';

  protected abstract get notes(): TrialNotes;

  override checkStep(
    step: PipelineStep,
    search: WaterfallSearch | null,
    subject: EnrichmentSubject,
    context: ExpressionContext,
    budgetMs: number,
  ): Promise<Verdict> {
    this.step = step.name;
    return super.checkStep(step, search, subject, context, budgetMs);
  }

  protected override async check(
    condition: CompiledExpression,
    subject: EnrichmentSubject,
    context: ExpressionContext,
    budgetMs: number,
  ): Promise<Verdict> {
    const { step } = this;
    const verdict = await super.check(condition, subject, context, budgetMs);
    const value = verdict.kind === 'failed' ? verdict.reason : verdict.kind === 'met';
    this.notes.of(step).conditions.push({ expression: condition.source, value });
    return verdict;
  }
}

/** The conditions of a workbench. */
@Injectable()
export class WatchedConditions extends NotedConditions {
  @Inject(TrialMeans)
  private readonly means!: TrialMeans;

  protected override get notes(): TrialNotes {
    return this.means.notes;
  }
}

/** Hands out providers that keep what they find, and leaves out steps that cannot run here. */
@Injectable()
export class WatchedRegistry extends ProviderRegistry {
  @Inject(TrialMeans)
  private readonly means!: TrialMeans;

  override find(key: string): EnrichmentProvider | null {
    const provider = super.find(key);
    return provider === null ? null : new WatchedProvider(provider, this.means);
  }
}

/** Keeps what a provider finds. */
export class WatchedProvider implements EnrichmentProvider {
  readonly key: string;

  constructor(
    private readonly provider: EnrichmentProvider,
    private readonly means: TrialMeans,
  ) {
    this.key = provider.key;
  }

  validateSettings(settings: Readonly<Record<string, unknown>>): string[] {
    return this.provider.validateSettings?.(settings) ?? [];
  }

  secretsOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
    return this.provider.secretsOf?.(settings) ?? [];
  }

  async enrich(
    subject: EnrichmentSubject,
    settings: Readonly<Record<string, unknown>>,
    context: EnrichmentContext,
  ): Promise<Enrichment> {
    const step = context instanceof StepContext ? context.step : this.key;
    const notes = this.means.notes.of(step);
    notes.notRun = this.findObstacle(step, settings, context);
    if (notes.notRun !== null) return {};
    const found = await this.means.notes.run(step, () => this.provider.enrich(subject, settings, context));
    const parts = [found.fields, found.accountFields, found.attributes, found.accessors];
    const people = [...(found.people?.values() ?? [])].flatMap(({ fields, accessors }) => [fields, accessors]);
    for (const part of [...parts, ...people]) if (part !== undefined) notes.values.push({ ...part });
    return found;
  }

  private findObstacle(
    step: string,
    settings: Readonly<Record<string, unknown>>,
    { flowStep }: EnrichmentContext,
  ): string | null {
    const { tables, offline, answers } = this.means;
    const table = this.tableOf(settings, flowStep);
    if (table !== null && !tables.has(table)) {
      return `step ${step} is not run: needs a table; give --table ${table}=@file.csv`;
    }
    if (this.key === 'http' && offline && !answers.has(step)) {
      return `step ${step} is not run: --offline; give --answer ${step}=@file.json`;
    }
    return null;
  }

  /** Null: none is needed, or a flow step does not name its own, of which the provider itself tells. */
  private tableOf(settings: Readonly<Record<string, unknown>>, flowStep: EnrichmentContext['flowStep']): string | null {
    if (this.key === 'lookup') return String(settings['table']);
    const named = this.key === 'table-lookup' ? flowStep['table'] : null;
    return typeof named === 'string' && named.trim() !== '' ? named.trim() : null;
  }
}
