import type { BridgedEvent } from './bridged-events.repository.js';
import type {
  SubjectAction,
  SubjectAttempt,
  SubjectCall,
  SubjectDelivery,
  SubjectErasure,
  SubjectPage,
  SubjectRole,
} from './subjects.dto.js';
import {
  ROWS_MAX,
  type SubjectActionRow,
  type SubjectAttemptRow,
  type SubjectDeliveryRow,
  type SubjectResultRow,
} from './subjects.repository.js';

/** Everything that was read for a page. */
export interface SubjectRows {
  readonly tenantKnown: boolean;
  /** The newest first. */
  readonly actions: readonly SubjectActionRow[];
  readonly roles: ReadonlyMap<string, SubjectRole>;
  readonly events: readonly BridgedEvent[];
  readonly siblings: readonly { readonly actionId: string; readonly siblingId: string }[];
  readonly deliveries: readonly SubjectDeliveryRow[];
  readonly attempts: readonly SubjectAttemptRow[];
  readonly results: readonly SubjectResultRow[];
  readonly calls: readonly SubjectCall[];
  readonly erasures: readonly SubjectErasure[];
  readonly nextCursor: string | null;
}

/** Puts rows together by the action they belong to; what several actions share stands with the first. */
export function buildSubjectPage(rows: SubjectRows): SubjectPage {
  const origins = ownersOf(rows);
  const deliveries = rows.deliveries.slice(0, ROWS_MAX);
  const attempts = rows.attempts.slice(0, ROWS_MAX);
  const results = rows.results.slice(0, ROWS_MAX);
  const items = rows.actions.map((action): SubjectAction => ({
    requestId: action.id,
    service: action.service,
    objectType: action.objectType,
    role: rows.roles.get(action.id) ?? 'entity',
    state: action.state,
    receivedAt: action.receivedAt,
    finishedAt: action.finishedAt,
    payload: heldOf(action.hasPayload),
    resultMessages: results
      .filter(({ actionId }) => actionId === action.id)
      .map(({ requestId, createdAt }) => ({ requestId, createdAt })),
    deliveries: deliveries
      .filter(({ ownerId }) => origins.get(ownerId)?.actionId === action.id)
      .map((delivery) => toDelivery(delivery, origins.get(delivery.ownerId)?.madeBy ?? 'action', attempts)),
  }));
  return {
    tenantKnown: rows.tenantKnown,
    counts: {
      actions: items.length,
      payloads: rows.actions.filter(({ hasPayload }) => hasPayload).length,
      deliveries: deliveries.length,
      bodies: deliveries.filter(({ hasBody }) => hasBody).length,
      attempts: attempts.length,
      attemptContents: attempts.filter(({ hasContent }) => hasContent).length,
      resultMessages: results.length,
      unstartedCalls: rows.calls.length,
    },
    items,
    unstartedCalls: [...rows.calls],
    erasures: [...rows.erasures],
    truncated: [rows.deliveries, rows.attempts, rows.results].some(({ length }) => length > ROWS_MAX),
    nextCursor: rows.nextCursor,
  };
}

/** Which action a delivery stands with, and what made it. */
interface Origin {
  readonly actionId: string;
  readonly madeBy: SubjectDelivery['madeBy'];
}

/** By owner of deliveries. An action's own deliveries are its own before they are another's. */
function ownersOf({ actions, events, siblings }: SubjectRows): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const { actionId, siblingId } of siblings) {
    if (!origins.has(siblingId)) origins.set(siblingId, { actionId, madeBy: 'conversation' });
  }
  for (const { id, actionId } of events) origins.set(id, { actionId, madeBy: 'bridge' });
  for (const { id } of actions) origins.set(id, { actionId: id, madeBy: 'action' });
  return origins;
}

function toDelivery(
  { id, channel, eventId, status, hasBody }: SubjectDeliveryRow,
  madeBy: SubjectDelivery['madeBy'],
  attempts: readonly SubjectAttemptRow[],
): SubjectDelivery {
  const own = attempts.filter(({ deliveryId }) => deliveryId === id);
  return {
    deliveryId: id,
    channel,
    madeBy,
    eventId,
    status,
    body: heldOf(hasBody),
    attempts: own.map(({ number, startedAt, status: answered, hasContent }): SubjectAttempt => ({
      number,
      startedAt,
      status: answered,
      content: hasContent ? 'stored' : 'none',
    })),
  };
}

function heldOf(isStored: boolean): 'stored' | 'erased' {
  return isStored ? 'stored' : 'erased';
}
