/** One thing that is wrong, as the API document describes it: see `RequestProblem`. */
export const PROBLEM_SCHEMA = Object.freeze({
  type: 'object',
  required: ['field', 'message'],
  properties: {
    field: { type: 'string', example: 'limit' },
    message: { type: 'string', example: 'must be at most 200' },
    expected: { type: 'string', description: 'A type or a form' },
    received: { type: 'string', description: 'A type or a length, never a value' },
  },
});
