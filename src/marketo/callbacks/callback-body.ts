import type { BatchEntity, BatchSubject, Fields } from '../../actions/action-input.js';
import type { ActionOutcome, ActionResult } from '../../actions/action-result.js';
import type { WireValue } from '../../catalog/outbound-value.js';
import type { RichType } from '../../catalog/service-definition.js';
import { toJsonText, wireId } from '../../http/json-text.js';
import type { MarketoService } from '../documents/service-definition.js';
import type { BatchErrorCode } from '../marketo-codes.js';
import { STRING_MAX_BYTES } from '../marketo-limits.js';
import { cutTo, marketoValue, undeclaredValue } from './marketo-value.js';

/** A callback as it is stored and sent. */
export interface MarketoCallback {
  /** JSON text, exactly the bytes to send. */
  readonly body: string;
  /** Where a value did not fit what the definition declares: names, never values. */
  readonly dropped: readonly string[];
}

type Values = Record<string, WireValue>;

interface Declared {
  readonly name: string;
  readonly type: RichType;
}

const RESERVED: ReadonlySet<string> = new Set(['id', '__proto__']);
const NO_TIME_OF_ITS_OWN = 'the batch ended before this lead was enriched';

/** Writes callbacks: one result per lead, in the batch's order; of a lead that failed its id alone. */
export class CallbackShape {
  private readonly fields: readonly Declared[];
  private readonly attributes: readonly Declared[];
  private readonly declared: ReadonlySet<string>;
  private readonly isOpen: boolean;

  constructor({ callback, marketo }: Pick<MarketoService, 'callback' | 'marketo'>) {
    this.fields = callback.fields
      .map(({ serviceAttribute, dataType }) => ({ name: serviceAttribute, type: dataType }))
      .filter(({ name }) => !RESERVED.has(name));
    this.attributes = callback.attributes.map(({ apiName, dataType }) => ({ name: apiName, type: dataType }));
    this.declared = new Set(this.fields.map(({ name }) => name));
    this.isOpen = marketo.mapsCallback;
  }

  build(munchkinId: string, batch: BatchEntity, outcome: ActionOutcome, at: Date): MarketoCallback {
    const dropped = new Set<string>();
    const results = outcome.kind === 'success' ? (outcome.result.subjects ?? []) : [];
    const instead: ActionOutcome =
      outcome.kind === 'failure' ? outcome : { kind: 'failure', errorCode: 'TIMEOUT', reason: NO_TIME_OF_ITS_OWN };
    const objectData = batch.subjects.map((subject, index) => this.item(subject, results[index] ?? instead, dropped));
    return { body: toJsonText({ munchkinId, time: timeOf(at), objectData }), dropped: [...dropped] };
  }

  private item({ entity }: BatchSubject, outcome: ActionOutcome, dropped: Set<string>): object {
    const id = wireId(entity.id);
    if (outcome.kind === 'failure') {
      const reason = cutTo(STRING_MAX_BYTES, outcome.reason || 'The lead failed');
      return { leadData: { id }, activityData: { success: false, errorCode: outcome.errorCode, reason } };
    }
    const { result } = outcome;
    const activity: Values = {};
    copy(this.attributes, result.attributes, activity, dropped);
    return { leadData: { id, ...this.leadData(result, dropped) }, activityData: { success: true, ...activity } };
  }

  private leadData(result: ActionResult, dropped: Set<string>): Values {
    const values: Values = {};
    const kept = result.kept?.fields;
    copy(
      kept === undefined ? this.fields : this.fields.filter(({ name }) => !kept.has(name)),
      result.fields,
      values,
      dropped,
    );
    if (!this.isOpen) return values;
    for (const [name, value] of Object.entries(result.fields)) {
      if (this.declared.has(name) || RESERVED.has(name)) continue;
      const wire = undeclaredValue(value);
      if (wire !== undefined) values[name] = wire;
      else if (value !== null) dropped.add(name);
    }
    return values;
  }
}

/** The callback of a batch that failed as a whole: Marketo looks at nothing else of it. */
export function failedBatch(munchkinId: string, code: BatchErrorCode, reason: string, at: Date): MarketoCallback {
  const errorMessage = cutTo(STRING_MAX_BYTES, reason);
  const body = { munchkinId, time: timeOf(at), errorCode: code, errorMessage, objectData: [] };
  return { body: toJsonText(body), dropped: [] };
}

function copy(declared: readonly Declared[], source: Fields, target: Values, dropped: Set<string>): void {
  for (const { name, type } of declared) {
    const value = Object.hasOwn(source, name) ? (source[name] ?? null) : null;
    if (value === null) continue;
    const wire = marketoValue(type, value);
    if (wire === undefined) dropped.add(name);
    else target[name] = wire;
  }
}

/** Marketo takes no fractions of seconds. */
function timeOf(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
