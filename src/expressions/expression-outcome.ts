/** The result of an expression for one subject. `value` is plain JSON, or undefined where the expression finds nothing. */
export type ExpressionOutcome =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `code` is JSONata's own or one of {@link OWN_FAILURES}; `message` quotes no value of the subject. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'timeout' };

/** Failures that JSONata has no code for. */
export const OWN_FAILURES = Object.freeze({
  OUT_OF_MEMORY: 'the expression needs more memory than EXPRESSION_HEAP_MB allows',
  RESULT_TOO_LARGE: 'the result is larger than EXPRESSION_RESULT_MAX_BYTES allows',
  RESULT_TOO_DEEP: 'the result is nested too deeply',
  RESULT_NOT_JSON: 'the result holds a function or a number that JSON has no form for',
  EXPRESSION_FAILED: 'the expression failed',
  WORKER_LOST: 'the thread that evaluated the expression ended',
} as const);

/** A failure of ours, not of JSONata's. */
export type OwnFailure = keyof typeof OWN_FAILURES;

/** The outcome of a failure of ours. */
export function toFailure(code: OwnFailure): ExpressionOutcome {
  return { kind: 'error', code, message: OWN_FAILURES[code] };
}
