import type { ActionHead } from './action.js';
import type { ActionInput, ActionSecrets } from './action-input.js';

/** A validated request, about to become an action. */
export interface NewAction extends Omit<ActionHead, 'id' | 'deadlineAtMs'> {
  /** The caller's idempotency key within the service; stored hashed, and encrypted for the callback. */
  readonly token: string;
  /** The request as it came, without secrets. */
  readonly requestText: string;
  readonly secrets: ActionSecrets;
  readonly callbackUrl: string;
  readonly input: ActionInput;
}

/** `accepted` is in Postgres. `conflict`: the token already belongs to another entity. */
export type RecordedAction =
  | { readonly kind: 'accepted'; readonly requestId: string; readonly duplicate: boolean }
  | { readonly kind: 'conflict' };
