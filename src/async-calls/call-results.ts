import type { FinishedAction } from '../actions/action.js';
import type { BatchEntity, BatchSubject } from '../actions/action-input.js';
import type { ActionErrorCode, ActionOutcome } from '../actions/action-result.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import type { JsonValue } from '../http/json-value.js';
import { CALL_ERRORS } from './call-problems.js';
import type { CallRow } from './calls.repository.js';
import type { ResultRow, StoredObject } from './results.repository.js';

const OK_MESSAGE = 'OK';

type Declaring = Pick<ServiceDefinition, 'entityType' | 'callback' | 'asyncCalls'>;

/** Makes the result of a call: every object has one, with every outcome of the action. */
export function toResult(call: CallRow, finished: FinishedAction, definition: Declaring | null): ResultRow {
  const { entity } = finished.action.input;
  const batch = entity.kind === 'batch' ? entity : null;
  const objects = toObjects(call, batch, finished.outcome, definition);
  return {
    requestId: call.id,
    clientId: call.clientId,
    actionId: finished.action.id,
    objectType: call.objectType,
    conversationId: call.conversationId,
    sequenceCode: call.sequenceCode,
    callsInConversation: call.callsInConversation,
    correlationId: call.correlationId,
    ...summarize(objects, finished.outcome),
    objects,
  };
}

function toObjects(
  call: CallRow,
  batch: BatchEntity | null,
  outcome: ActionOutcome,
  definition: Declaring | null,
): StoredObject[] {
  const subjects = batch?.subjects ?? [];
  const outcomes = outcome.kind === 'success' ? (outcome.result.subjects ?? []) : [];
  // The payload may be gone; the call still says how many objects there were.
  return Array.from({ length: Math.max(call.objectCount, subjects.length) }, (_, ordinal) => {
    const own = outcomes[ordinal] ?? (outcome.kind === 'failure' ? outcome : LOST);
    const code = outcome.kind === 'failure' ? batch?.refusal?.code : undefined;
    return toObject(ordinal, subjects[ordinal], own, definition, code);
  });
}

/** Cannot happen; an object without a result would be worse than one with this. */
const LOST: ActionOutcome = { kind: 'failure', errorCode: 'ENRICHMENT_FAILED', reason: 'the object was not enriched' };

function toObject(
  ordinal: number,
  subject: BatchSubject | undefined,
  outcome: ActionOutcome,
  definition: Declaring | null,
  code: number | undefined,
): StoredObject {
  const given = subject?.given ?? {};
  if (outcome.kind === 'failure') {
    const errorCode = code ?? codeOf(outcome.errorCode);
    return { ordinal, ok: false, statusMessage: outcome.reason, errorCode, properties: given, added: [] };
  }
  const found = foundProperties(outcome, given, definition);
  const properties = { ...given, ...found };
  return { ordinal, ok: true, statusMessage: OK_MESSAGE, errorCode: null, properties, added: Object.keys(found) };
}

/** The values that the definition lets out, as text, under the sender's name for the field if it has one. */
function foundProperties(
  { result }: Extract<ActionOutcome, { kind: 'success' }>,
  given: Readonly<Record<string, string>>,
  definition: Declaring | null,
): Record<string, string> {
  const found: Record<string, string> = {};
  if (definition === null) return found;
  const isAccount = definition.entityType === 'account';
  const declared = isAccount ? definition.callback.accountFields : definition.callback.fields;
  const fields = isAccount ? result.accountFields : result.fields;
  const kept = isAccount ? result.kept?.accountFields : result.kept?.fields;
  for (const { serviceAttribute } of declared) {
    if (kept?.has(serviceAttribute) === true) continue;
    const text = textOf(Object.hasOwn(fields, serviceAttribute) ? fields[serviceAttribute] : null);
    if (text !== null) found[senderName(serviceAttribute, given, definition)] = text;
  }
  return found;
}

function senderName(
  field: string,
  given: Readonly<Record<string, string>>,
  { asyncCalls }: Pick<Declaring, 'asyncCalls'>,
): string {
  const names = [...(asyncCalls?.fields ?? [])].filter(([, mapped]) => mapped === field).map(([property]) => property);
  return names.find((name) => Object.hasOwn(given, name)) ?? names[0] ?? field;
}

/** Null for what is no value of a property. */
function textOf(value: JsonValue | undefined): string | null {
  if (value === null || value === undefined || typeof value === 'object') return null;
  return String(value);
}

function codeOf(errorCode: ActionErrorCode): number {
  return errorCode === 'TIMEOUT' ? CALL_ERRORS.timeout : CALL_ERRORS.other;
}

function summarize(
  objects: readonly StoredObject[],
  outcome: ActionOutcome,
): Pick<ResultRow, 'overallStatus' | 'statusMessage' | 'errorCode'> {
  const failed = objects.filter(({ ok }) => !ok);
  const [first] = failed;
  if (first === undefined) return { overallStatus: 'OK', statusMessage: null, errorCode: null };
  const isWhole = outcome.kind === 'failure' || objects.length === 1;
  return {
    overallStatus: failed.length === objects.length ? 'Error' : 'Has Errors',
    statusMessage: isWhole
      ? first.statusMessage
      : `${failed.length} of ${objects.length} objects failed; the first: ${first.statusMessage}`,
    errorCode: first.errorCode,
  };
}
