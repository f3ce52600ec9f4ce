import type { ActionEntity, Fields } from '../actions/action-input.js';
import type { ActionErrorCode } from '../actions/action-result.js';
import type { Waterfall } from '../catalog/service-definition.js';
import type { Enrichment, PersonEnrichment } from './enrichment-provider.js';

/** Why a step did not do its work. */
export interface StepFailure {
  readonly code: ActionErrorCode;
  readonly reason: string;
}

/**
 * The search of a waterfall for one entity. Of a buying group each person is searched for apart: a step is asked for those
 * alone for whom none before it found the field.
 */
export class WaterfallSearch {
  /** Why the steps that are left do not run; null: the search goes on. */
  ended: string | null = null;
  /** Its condition is asked once, before the first step. */
  isChecked = false;
  private readonly foundFor = new Set<string>();
  private foundAny = false;
  private lastFailure: StepFailure | null = null;

  constructor(
    readonly waterfall: Waterfall,
    private readonly entity: ActionEntity,
  ) {}

  /** The entity without the people who need no further step. */
  get left(): ActionEntity {
    if (this.entity.kind !== 'accountPerson' || this.foundFor.size === 0) return this.entity;
    return { ...this.entity, people: this.entity.people.filter(({ relId }) => !this.foundFor.has(relId)) };
  }

  /** No step runs: the condition of the waterfall is not met. */
  leaveOut(): void {
    this.ended = 'the condition of the waterfall is not met';
    this.foundAny = true;
  }

  /** Its condition says neither yes nor no: no step runs. */
  giveUp(): void {
    this.ended = 'the condition of the waterfall failed';
  }

  fail(failure: StepFailure): void {
    this.lastFailure = failure;
  }

  /** @returns accessor values that say which step found the field; null: this step did not find it. */
  take(step: string, enrichment: Enrichment): Enrichment | null {
    const { until } = this.waterfall;
    const found = this.entity.kind === 'lead' ? has(enrichment.fields, until) : has(enrichment.accountFields, until);
    if (found) return this.end(step, { accessors: this.sayFinder(step) });
    if (this.entity.kind !== 'accountPerson') return null;
    return this.takePeople(step, enrichment, this.entity.people.length);
  }

  /** @returns the failure of the action where the field is required and no step found it. */
  close(): StepFailure | null {
    const { name, until, required } = this.waterfall;
    if (!required || this.foundAny) return null;
    return this.lastFailure ?? { code: 'NOT_FOUND', reason: `${name}: no step found ${until}` };
  }

  private takePeople(step: string, { people }: Enrichment, many: number): Enrichment | null {
    const finders = new Map<string, PersonEnrichment>();
    for (const [relId, { fields }] of people ?? []) {
      if (!has(fields, this.waterfall.until)) continue;
      this.foundFor.add(relId);
      finders.set(relId, { accessors: this.sayFinder(step) });
    }
    if (finders.size === 0) return null;
    this.foundAny = true;
    return this.foundFor.size < many ? { people: finders } : this.end(step, { people: finders });
  }

  private end(step: string, finder: Enrichment): Enrichment {
    this.foundAny = true;
    this.ended = `${step} found ${this.waterfall.until}`;
    return finder;
  }

  private sayFinder(step: string): Fields {
    const { accessor } = this.waterfall;
    return accessor === null ? {} : { [accessor]: step };
  }
}

/** Null and empty texts are no find. */
function has(fields: Fields | undefined, name: string): boolean {
  if (fields === undefined || !Object.hasOwn(fields, name)) return false;
  const value = fields[name];
  return value !== undefined && value !== null && value !== '';
}
