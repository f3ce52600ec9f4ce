import { Injectable } from '@nestjs/common';
import type { Fields } from '../../actions/action-input.js';
import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { AppConfig } from '../../config/config.js';
import { Expressions } from '../../expressions/expressions.js';
import type { ExpressionOutcome } from '../../expressions/expression-outcome.js';
import {
  type Enrichment,
  type EnrichmentContext,
  EnrichmentError,
  type EnrichmentProvider,
  type EnrichmentSubject,
  type PersonEnrichment,
} from '../enrichment-provider.js';
import { toExpressionSubject, toPersonSubjects } from '../expression-subject.js';
import {
  EXPRESSION_LISTS,
  expressionProblems,
  type ExpressionSet,
  findPart,
  joinExpressions,
} from './expression-set.js';
import { scopeOf, throwIfStopped } from './people.js';
import * as step from './step-settings.js';

/** Values for one subject, by list. */
type Values = Readonly<Record<(typeof EXPRESSION_LISTS)[number], Fields>>;
type Evaluated =
  { readonly kind: 'values'; readonly values: Values } | { readonly kind: 'failed'; readonly error: EnrichmentError };

const UNSTORABLE = /\p{Cs}|\u0000/gu;

/**
 * Computes fields, accessor values and activity attributes by JSONata.
 *
 * Settings: `fields`, `accessors`, `attributes` (name to expression), `on` (buying groups: people or account). An
 * expression sees {@link ../expression-subject.ts}. Nothing, lists and objects are no field's value and are left out.
 */
@Injectable()
export class ExpressionProvider implements EnrichmentProvider {
  readonly key = 'expression';
  private readonly plan: (settings: step.Settings) => ExpressionSet;

  constructor(
    private readonly expressions: Expressions,
    private readonly config: AppConfig,
  ) {
    this.plan = step.compileOnce((settings) =>
      joinExpressions(settings, (source, where) => expressions.compile(source, where)),
    );
  }

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, [...EXPRESSION_LISTS, 'on']),
      ...expressionProblems(settings, (source, where) => this.expressions.compile(source, where)),
      ...step.commonProblems({ on: settings.on }, {}),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    throwIfStopped(context);
    const set = this.plan(settings);
    const { entity } = subject;
    if (entity.kind === 'accountPerson' && scopeOf(settings, 'people') === 'people') {
      const outcomes = await this.evaluate(set, toPersonSubjects(subject, context), context);
      return { people: new Map(entity.people.map(({ relId }, at) => [relId, toPerson(outcomes[at])])) };
    }
    const [outcome] = await this.evaluate(set, [toExpressionSubject(subject, context)], context);
    if (outcome === undefined || outcome.kind === 'failed') throw outcome?.error ?? timeUp();
    const { fields, accessors, attributes } = outcome.values;
    return entity.kind === 'lead'
      ? { fields, accessors, attributes }
      : { accountFields: fields, accessors, attributes };
  }

  private async evaluate(
    set: ExpressionSet,
    subjects: readonly unknown[],
    { signal, deadline }: EnrichmentContext,
  ): Promise<readonly Evaluated[]> {
    const leftMs = deadline.getTime() - Date.now();
    const timeoutMs = Math.max(1, Math.min(this.config.expressions.timeoutMs, leftMs));
    const outcomes = await this.expressions.evaluateMany(set.expression, subjects, { timeoutMs, signal });
    return outcomes.map((outcome) => read(outcome, set));
  }
}

function read(outcome: ExpressionOutcome, set: ExpressionSet): Evaluated {
  switch (outcome.kind) {
    case 'value':
      return { kind: 'values', values: toValues(outcome.value, set) };
    case 'error':
      return { kind: 'failed', error: toError(outcome, set) };
    case 'timeout':
      return { kind: 'failed', error: timeUp() };
    default:
      return outcome satisfies never;
  }
}

function toValues(result: unknown, { parts }: ExpressionSet): Values {
  const found = isJsonObject(result) ? result : {};
  const values: Record<keyof Values, Record<string, JsonValue>> = { fields: {}, accessors: {}, attributes: {} };
  for (const [index, { list, name }] of parts.entries()) {
    const value = found[index];
    if (value === undefined || (typeof value === 'object' && value !== null)) continue;
    values[list][name] = typeof value === 'string' ? value.replace(UNSTORABLE, '') : (value as JsonValue);
  }
  return values;
}

function toError({ code, message, position }: ExpressionOutcome & { kind: 'error' }, set: ExpressionSet) {
  const found = position === undefined ? null : findPart(set, position);
  const where = found === null ? '' : `${found.part.list}.${found.part.name}, character ${found.position}: `;
  return new EnrichmentError('ENRICHMENT_FAILED', `${where}${message} (${code})`);
}

function timeUp(): EnrichmentError {
  return new EnrichmentError('TIMEOUT', 'the expression took too long');
}

function toPerson(outcome: Evaluated | undefined): PersonEnrichment {
  if (outcome?.kind === 'values') return { fields: outcome.values.fields, accessors: outcome.values.accessors };
  const { code, message } = outcome?.error ?? timeUp();
  return { error: { code, message } };
}
