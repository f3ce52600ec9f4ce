import type { Refusal } from '../actions/action-input.js';
import type { CallObject } from './async-call.js';

/** A call as it is stored, with the call and then with its action: what the pipeline needs, and nothing of the answer. */
export interface CallRequest {
  readonly requestId: string;
  readonly service: string;
  readonly objectType: string;
  readonly objects: readonly CallObject[];
  /** Not to be begun after; epoch milliseconds. Calls that were stored by versions before do not say. */
  readonly expiresAtMs?: number;
  /** Set when it is only to be ended. */
  readonly refusal?: Refusal;
}

/** The stored text of a call. */
export function writeCallRequest(request: CallRequest): string {
  return JSON.stringify(request);
}

/** @throws when the text does not parse: we wrote it ourselves, so that is a bug. */
export function readCallRequest(text: string): CallRequest {
  return JSON.parse(text) as CallRequest;
}
