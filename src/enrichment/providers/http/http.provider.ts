import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../../../http/json-value.js';
import { AppConfig } from '../../../config/config.js';
import { Expressions } from '../../../expressions/expressions.js';
import { StepAddresses } from '../../../security/step-addresses.js';
import {
  EnrichmentError,
  type Enrichment,
  type EnrichmentContext,
  type EnrichmentProvider,
  type EnrichmentSubject,
  type PersonEnrichment,
} from '../../enrichment-provider.js';
import { isStopped } from '../../step-context.js';
import { startStepSeries } from './http-steps.metrics.js';
import { compileOnce, type Settings } from '../step-settings.js';
import type { Mapped, MappingInput } from './answer-mapping.js';
import { assign, keysOf } from './answer-assignment.js';
import { StepAsker, type Asked } from './step-asker.js';
import { type CallTime, stopped } from './step-time.js';
import { readPlan, type StepPlan, targetsOf } from './step-plan.js';
import { type StepSubject, subjectsOf } from './step-subjects.js';

type Settled = { readonly asked: Asked } | { readonly error: EnrichmentError };

/**
 * Asks an HTTP API about a lead, an account or its people, and maps what it answers.
 *
 * Settings: {@link ./step-plan.ts}; docs/http-steps.md tells them with examples.
 */
@Injectable()
export class HttpProvider implements EnrichmentProvider {
  readonly key = 'http';
  readonly waitsForIo = true;
  /** Without `batch` each subject is a request of its own, at the step's rate. */
  readonly gathers = (settings: Settings): boolean => (this.read(settings).plan?.batch ?? null) !== null;
  readonly atOnce = (settings: Settings): number | null => this.read(settings).plan?.gate.atOnce ?? null;
  private readonly read = compileOnce((settings) =>
    readPlan(settings, { addresses: this.addresses, expressions: this.expressions }),
  );

  constructor(
    private readonly addresses: StepAddresses,
    private readonly expressions: Expressions,
    private readonly asker: StepAsker,
    private readonly config: AppConfig,
  ) {}

  validateSettings(settings: Settings): string[] {
    return this.read(settings).problems;
  }

  secretsOf(settings: Settings): readonly string[] {
    const { plan } = this.read(settings);
    return plan === null || plan.auth.kind === 'none' ? [] : [plan.auth.secret];
  }

  /** Told of each step when it comes into force, once its settings are found to be fine. */
  begin(settings: Settings): void {
    const { plan } = this.read(settings);
    if (plan !== null) startStepSeries(plan.request.host, plan.budget?.name ?? null);
  }

  /** Told of all steps that are in use, after others have left: connections and breakers of those are given up. */
  keepOnly(inUse: readonly Settings[]): void {
    const plans = inUse.map((settings) => this.read(settings).plan).filter((plan) => plan !== null);
    const targets = plans.flatMap((plan) => targetsOf(plan, this.addresses));
    this.asker.keepOnly(targets);
    this.addresses.keepOnly(new Set(targets.map(({ guard }) => guard)));
  }

  async enrich(subject: EnrichmentSubject, settings: Settings, context: EnrichmentContext): Promise<Enrichment> {
    const { plan } = this.read(settings);
    if (plan === null) throw new EnrichmentError('ENRICHMENT_FAILED', 'the settings of the step are not valid');
    if (isStopped(context)) throw stopped();
    const time = { deadlineMs: performance.now() + (context.deadline.getTime() - Date.now()), signal: context.signal };
    const subjects = subjectsOf(subject, plan.scope, context);
    const isAboutPeople = subject.entity.kind === 'accountPerson' && plan.scope === 'people';
    if (isAboutPeople) return { people: await this.enrichPeople(plan, subjects, time) };
    const [whole] = subjects;
    return whole === undefined ? {} : this.enrichWhole(plan, subject.entity.kind === 'lead', whole, time);
  }

  private async enrichWhole(
    plan: StepPlan,
    isLead: boolean,
    subject: StepSubject,
    time: CallTime,
  ): Promise<Enrichment> {
    if (plan.people !== null) subject.keys = keysOf(plan.people.assignment, subject.each);
    const asked = await this.asker.ask(plan, subject, time);
    if (asked.kind === 'notAsked') return {};
    const [mapped] = await this.map(plan.mapping, [inputOf(asked, subject)], time);
    if (mapped === undefined) return {};
    const { fields, accountFields, accessors, attributes } = mapped;
    const found: Enrichment = isLead
      ? { fields, accessors, attributes }
      : { accountFields: { ...fields, ...accountFields }, accessors, attributes };
    return plan.people === null ? found : { ...found, people: await this.mapPeople(plan, subject.each, asked, time) };
  }

  /** One answer about an account that tells of its people. */
  private async mapPeople(
    plan: StepPlan,
    people: readonly StepSubject[],
    asked: Asked,
    time: CallTime,
  ): Promise<Map<string, PersonEnrichment>> {
    if (plan.people === null || asked.kind === 'notAsked') return new Map();
    const { assignment, mapping } = plan.people;
    const items = await assign(assignment, asked, people, this.expressions, this.limits(time));
    const mapped = await this.map(
      mapping,
      people.map((person, index) => inputOf(items[index] ?? { kind: 'notFound', status: asked.status }, person)),
      time,
    );
    return new Map(people.map((person, index) => [person.person?.relId ?? '', toPerson(mapped[index])]));
  }

  /** Each person by itself: what one meets is nothing to the others. All alike is the failure of the step. */
  private async enrichPeople(
    plan: StepPlan,
    people: readonly StepSubject[],
    time: CallTime,
  ): Promise<Map<string, PersonEnrichment>> {
    const settled = await Promise.all(people.map((person) => this.settle(plan, person, time)));
    const failures = settled.flatMap((one) => ('error' in one ? [one.error] : []));
    if (failures[0] !== undefined && failures.length === people.length) throw failures[0];
    const inputs = settled.map((one, index) => {
      const person = people[index];
      return 'asked' in one && person !== undefined && one.asked.kind !== 'notAsked'
        ? inputOf(one.asked, person)
        : null;
    });
    const mapped = await this.map(
      plan.mapping,
      inputs.filter((input) => input !== null),
      time,
    );
    let next = 0;
    const found = new Map<string, PersonEnrichment>();
    for (const [index, { person }] of people.entries()) {
      const one = settled[index];
      const values = inputs[index] === null ? undefined : mapped[next++];
      const error = one !== undefined && 'error' in one ? { code: one.error.code, message: one.error.message } : null;
      found.set(person?.relId ?? '', error === null ? toPerson(values) : { error });
    }
    return found;
  }

  private async settle(plan: StepPlan, subject: StepSubject, time: CallTime): Promise<Settled> {
    try {
      return { asked: await this.asker.ask(plan, subject, time) };
    } catch (error) {
      if (error instanceof EnrichmentError) return { error };
      throw error;
    }
  }

  private map(
    mapping: StepPlan['mapping'],
    inputs: readonly MappingInput[],
    time: CallTime,
  ): Promise<readonly Mapped[]> {
    const { timeoutMs, signal } = this.limits(time);
    return mapping.map(inputs, timeoutMs, signal);
  }

  private limits({ deadlineMs, signal }: CallTime): { readonly timeoutMs: number; readonly signal: AbortSignal } {
    const leftMs = Math.max(deadlineMs - performance.now(), 1);
    return { timeoutMs: Math.min(this.config.expressions.timeoutMs, leftMs), signal };
  }
}

function inputOf(asked: Exclude<Asked, { kind: 'notAsked' }>, subject: StepSubject): MappingInput {
  const isFound = asked.kind === 'found';
  return {
    answer: isFound ? asked.answer : undefined,
    status: asked.status,
    found: isFound,
    get fields() {
      return subject.fields;
    },
    get account() {
      return subject.account;
    },
  };
}

function toPerson(mapped: Mapped | undefined): PersonEnrichment {
  return mapped === undefined ? {} : { fields: nonEmpty(mapped.fields), accessors: nonEmpty(mapped.accessors) };
}

function nonEmpty(values: Readonly<Record<string, JsonValue>>): Readonly<Record<string, JsonValue>> | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
