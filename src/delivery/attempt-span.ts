import type { Attributes, Span } from '@opentelemetry/api';
import { headerOf, type Tracing } from '../telemetry/tracing.js';
import type { DeliveryChannel, ReadyPreparation } from './delivery-channel.js';
import type { LeasedDelivery } from './delivery.js';
import type { Settlement } from './settlement.js';

/**
 * The client span of one attempt; null where the owner is not sampled. Callbacks of an action belong to its request. An
 * event that a registration is called back about has a trace of its own.
 */
export function beginAttempt(
  tracing: Tracing,
  channel: DeliveryChannel,
  delivery: LeasedDelivery,
  { url, method }: Pick<LeasedDelivery, 'url' | 'method'>,
): Span | null {
  const attributes = (): Attributes => ({
    'http.request.method': method,
    ...addressOf(url),
    'ricochet.channel': delivery.channel,
    'ricochet.request_id': delivery.ownerId,
    'ricochet.delivery_id': delivery.id,
    'ricochet.attempt': delivery.attemptNumber,
    'ricochet.trigger': delivery.trigger,
    ...(delivery.attemptNumber > 1 && { 'http.request.resend_count': delivery.attemptNumber - 1 }),
  });
  const parent = channel.owner === 'event' ? null : undefined;
  const span = tracing.begin(
    delivery.ownerId,
    () => ({ name: `${method} ${delivery.channel}`, role: 'client', attributes: attributes() }),
    parent,
  );
  if (span !== null) tracing.noteAttempt(delivery, span);
  return span;
}

/** The headers of an attempt; the receiver is told of its span where its registration asks for it. */
export function headersWithin(
  span: Span,
  { tellsTrace }: ReadyPreparation,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return tellsTrace === true ? { ...headers, traceparent: headerOf(span) } : headers;
}

export function endAttempt(tracing: Tracing, span: Span, { attempt, status }: Settlement): void {
  const answer = attempt?.answer;
  const errorClass = attempt?.errorClass ?? null;
  tracing.end(
    span,
    {
      // Of the delivery, after this attempt: one that waits for the next is pending.
      'ricochet.delivery': status,
      ...(answer?.status != null && { 'http.response.status_code': answer.status }),
      ...(answer?.resolvedIp != null && { 'network.peer.address': answer.resolvedIp }),
      ...(errorClass !== null && { 'error.type': errorClass }),
    },
    errorClass !== null,
  );
}

/** The receiver without path and query: both may hold keys. */
function addressOf(url: string): Attributes {
  if (!URL.canParse(url)) return {};
  const { protocol, hostname, port } = new URL(url);
  const isTls = protocol === 'https:';
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? (isTls ? 443 : 80) : Number(port),
  };
}
