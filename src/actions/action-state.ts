/** Where an action stands. `outcome` (success or failure) is kept apart: a failed enrichment is still delivered. */
export type ActionState = 'received' | 'enriching' | 'calling_back' | 'completed' | 'undeliverable' | 'expired';

/** The only moves there are. A spec compares it with the CHECK constraint in Postgres. */
export const ACTION_TRANSITIONS = Object.freeze({
  received: ['enriching', 'calling_back', 'expired'],
  enriching: ['received', 'calling_back', 'completed', 'expired'],
  calling_back: ['completed', 'undeliverable', 'expired'],
  undeliverable: ['calling_back'],
  expired: ['calling_back'],
  completed: [],
} as const satisfies Record<ActionState, readonly ActionState[]>);

/** Every state, in the order a life runs through them. */
export const ACTION_STATES = Object.freeze(Object.keys(ACTION_TRANSITIONS) as ActionState[]);

/** States in which an action still owes a callback before its deadline. */
export const UNFINISHED_STATES = Object.freeze(['received', 'enriching', 'calling_back'] as const);

/** Whether the table allows the move. */
export function canMove(from: ActionState, to: ActionState): boolean {
  return (ACTION_TRANSITIONS[from] as readonly ActionState[]).includes(to);
}

/** Whether an action has nothing left to do, unless an administrator sends its callback again. */
export function isFinished(state: ActionState): boolean {
  return !(UNFINISHED_STATES as readonly ActionState[]).includes(state);
}
