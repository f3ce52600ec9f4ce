import { AnswerBreachError } from '../http/answer-breach-error.js';
import type { ErrorClass } from './answer.js';
import type { ConnectionPhase } from './connection-timing.js';

/** Why no status line arrived: the class for counting, and one sentence that never quotes a message of others. */
export interface DeliveryFailure {
  readonly errorClass: ErrorClass;
  readonly error: string;
}

/** Reads an error by the phase it came in. `phase` is null when no connection was even tried. */
export function describeFailure(error: Error, phase: ConnectionPhase | null, requestStarted: boolean): DeliveryFailure {
  const code = codeOf(error);
  // The policy's own sentence: it names a host and an address, never a path or a header.
  if (code === 'ADDRESS_REFUSED') return { errorClass: 'address', error: error.message };
  // Ours too: it says what the bytes were, and quotes none.
  if (error instanceof AnswerBreachError) return { errorClass: 'protocol', error: error.message };
  // A channel gave us illegal HTTP; undici's message would quote it.
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return { errorClass: 'protocol', error: `The request could not be built (${code}).` };
  }
  if (!requestStarted) return describeConnectionFailure(code, phase);
  if (isBreach(error, code)) {
    return { errorClass: 'protocol', error: `The receiver's answer is not valid HTTP (${code}).` };
  }
  return { errorClass: 'reset', error: `The connection was closed before an answer came (${code}).` };
}

/** The parser's errors mostly come without a code. A mismatch before any body: `Content-Length` twice, or beside chunks. */
function isBreach(error: Error, code: string): boolean {
  return (
    error.name === 'HTTPParserError' ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  );
}

/**
 * Whether a status line that came before the error decides: it does not where the rest of the head is no HTTP. Headers
 * that are too many are HTTP.
 */
export function spoilsStatus(error: Error): boolean {
  return (
    error instanceof AnswerBreachError ||
    (isBreach(error, codeOf(error)) && codeOf(error) !== 'UND_ERR_HEADERS_OVERFLOW')
  );
}

/**
 * The phase of a request when its time was up. Whichever time-out comes first, that of the connection or that of the
 * whole request: a handshake that never ends is a matter of the handshake.
 */
export function describeDeadline(
  phase: ConnectionPhase | null,
  requestStarted: boolean,
  timeoutMs: number,
): DeliveryFailure {
  const after = `after ${Math.round(timeoutMs)} ms`;
  if (requestStarted) return { errorClass: 'timeout', error: `No answer came ${after}.` };
  if (phase === null || phase === 'open') {
    return { errorClass: 'timeout', error: `No connection became free ${after}.` };
  }
  return describeConnectionFailure(`given up ${after}`, phase);
}

function describeConnectionFailure(code: string, phase: ConnectionPhase | null): DeliveryFailure {
  switch (phase) {
    case 'dns':
      return { errorClass: 'dns', error: `The receiver's host name could not be resolved (${code}).` };
    case 'connect':
    case null:
      return { errorClass: 'connect', error: `No connection to the receiver (${code}).` };
    case 'tls':
      return { errorClass: 'tls', error: `The TLS handshake with the receiver failed (${code}).` };
    case 'open':
      return { errorClass: 'reset', error: `The connection was closed before the request was sent (${code}).` };
    default:
      return phase satisfies never;
  }
}

function codeOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && /^[\w-]+$/.test(code) ? code : error.name;
}
