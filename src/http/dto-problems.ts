import type { ValidationError } from 'class-validator';
import { jsonTypeOf } from './json-body.js';
import type { RequestProblem } from './request-error.js';

/** Flattens class-validator's errors to one problem per field; values stay out, only their types are named. */
export function problemsOf(errors: readonly ValidationError[], parent = ''): RequestProblem[] {
  return errors.flatMap((error) => {
    // An object with a "constructor" that hides its class has no property name in class-validator's error.
    if ((error.property as string | undefined) === undefined) {
      return [{ field: parent === '' ? 'body' : parent, message: 'holds a forbidden key' }];
    }
    const field = joinPath(parent, error.property);
    const children = problemsOf(error.children ?? [], field);
    if (error.constraints === undefined) return children;
    return [{ field, ...describe(error) }, ...children];
  });
}

function describe(error: ValidationError): Omit<RequestProblem, 'field'> {
  if (error.constraints?.['whitelistValidation'] !== undefined) return { message: 'is not a known field' };
  const isItem = /^\d+$/.test(error.property);
  if (isItem) return { message: 'must be an object', expected: 'object', received: jsonTypeOf(error.value) };
  if (error.value === undefined || error.value === null) {
    return { message: `Missing required field: ${error.property}`, received: jsonTypeOf(error.value) };
  }
  // In the order the decorators ran: the innermost first, which stands for the type.
  const message = Object.values(error.constraints ?? {})[0] ?? 'is not valid';
  return { message, received: jsonTypeOf(error.value) };
}

/** `a` + `b` → `a.b`, `a` + `0` → `a[0]`. */
function joinPath(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}
