import type { JsonValue } from '../../../http/json-value.js';
import type { RenderedRequest } from './request-template.js';
import type { CallResult } from './step-caller.js';
import type { BatchPlan } from './step-plan.js';
import type { CallTime } from './step-time.js';
import type { Placeholder, TemplateValues } from './template.js';
import { NEVER_STOPPED } from './step-time.js';

/** A subject that waits for its part of an answer. */
interface Member {
  readonly subject: TemplateValues;
  readonly key: string;
  readonly deadlineMs: number;
  readonly resolve: (result: CallResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly members: Member[];
  /** The question of each key's subject by itself: two that differ are two questions, also under one key. */
  readonly questions: Map<string, string>;
  readonly timer: NodeJS.Timeout;
}

export interface BatchCollectorOptions {
  readonly plan: BatchPlan;
  readonly render: (values: TemplateValues) => RenderedRequest | null;
  /** Sends one request for all and answers for each, in order. */
  readonly ask: (
    request: RenderedRequest,
    subjects: readonly TemplateValues[],
    time: CallTime,
  ) => Promise<readonly CallResult[]>;
}

/** Several subjects as one: what stands outside of `$each` is read from the first, with which all others agree. */
class TogetherValues implements TemplateValues {
  constructor(
    readonly each: readonly TemplateValues[],
    private readonly keys: readonly JsonValue[],
  ) {}

  read(placeholder: Placeholder): JsonValue | undefined {
    return placeholder.source === 'keys' ? this.keys : this.each[0]?.read(placeholder);
  }
}

/** A list of one key that no system has: it stands for the keys while requests are compared. */
const ANY_KEYS: readonly JsonValue[] = Object.freeze(['*']);

/** Gathers subjects of many actions for one request, for as long as the step says. */
export class BatchCollector {
  private readonly groups = new Map<string, Group>();

  constructor(private readonly options: BatchCollectorOptions) {}

  /**
   * Resolves with the subject's own part of the answer. `notAsked` where its request lacks a value.
   * @param question the request for this subject by itself
   */
  async ask(
    subject: TemplateValues,
    key: string,
    question: RenderedRequest,
    time: CallTime,
  ): Promise<CallResult | { readonly kind: 'notAsked' }> {
    const frame = this.frameOf(subject);
    if (frame === null) return { kind: 'notAsked' };
    const text = JSON.stringify(question);
    return new Promise<CallResult>((resolve, reject) => {
      const begun = this.groupOf(frame);
      const known = begun.questions.get(key);
      // Another tenant's subject may have the same id, and its values are not this one's.
      if (known !== undefined && known !== text) this.send(frame, begun);
      const group = this.groupOf(frame);
      group.members.push({ subject, key, deadlineMs: time.deadlineMs, resolve, reject });
      group.questions.set(key, text);
      if (group.questions.size >= this.options.plan.max) this.send(frame, group);
    });
  }

  /** The request without its subjects: only subjects that agree in it can share one. */
  private frameOf(subject: TemplateValues): string | null {
    const alone: TemplateValues = {
      each: [],
      read: (placeholder) => (placeholder.source === 'keys' ? ANY_KEYS : subject.read(placeholder)),
    };
    const request = this.options.render(alone);
    return request === null ? null : JSON.stringify(request);
  }

  private groupOf(frame: string): Group {
    let group = this.groups.get(frame);
    if (group === undefined) {
      const timer = setTimeout(() => this.sendIfThere(frame), this.options.plan.waitMs);
      group = { members: [], questions: new Map(), timer };
      this.groups.set(frame, group);
    }
    return group;
  }

  private sendIfThere(frame: string): void {
    const group = this.groups.get(frame);
    if (group !== undefined) this.send(frame, group);
  }

  private send(frame: string, group: Group): void {
    clearTimeout(group.timer);
    this.groups.delete(frame);
    void this.answer(group.members);
  }

  /** Never rejects: what fails is told to these members, and to no others. */
  private async answer(members: readonly Member[]): Promise<void> {
    try {
      await this.askFor(members);
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }

  /** A subject whose time is up leaves by itself; the request goes on for the others. */
  private async askFor(members: readonly Member[]): Promise<void> {
    const byKey = new Map(members.map(({ key, subject }) => [key, subject]));
    const keys = [...byKey.keys()];
    const request = this.options.render(new TogetherValues([...byKey.values()], keys));
    if (request === null) return this.askInHalves(members, keys);
    const deadlineMs = Math.max(...members.map((member) => member.deadlineMs));
    const all = members.map(({ subject }) => subject);
    const results = await this.options.ask(request, all, { deadlineMs, signal: NEVER_STOPPED });
    for (const [index, { resolve }] of members.entries()) resolve(results[index] ?? { kind: 'notFound', status: 200 });
  }

  /** Each of them can be asked about, and all of them are more than a URL can hold. */
  private async askInHalves(members: readonly Member[], keys: readonly string[]): Promise<void> {
    const first = new Set(keys.slice(0, Math.ceil(keys.length / 2)));
    if (first.size === keys.length) throw new TypeError('a request that could be rendered once cannot be again');
    await Promise.all([
      this.answer(members.filter(({ key }) => first.has(key))),
      this.answer(members.filter(({ key }) => !first.has(key))),
    ]);
  }
}
