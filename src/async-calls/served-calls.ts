import type { Catalog } from '../catalog/catalog.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import type { CallProblem } from './async-call.js';
import { CALL_ERRORS } from './call-problems.js';

/** The service that takes a call, or why none does. */
export type ServedCall =
  | { readonly kind: 'served'; readonly definition: ServiceDefinition }
  | { readonly kind: 'refused'; readonly problem: CallProblem };

/** Finds the enabled service for so many objects of a type. */
export function findServing(catalog: Catalog, objectType: string, objectCount: number): ServedCall {
  const definition = catalog.forAsyncObjectType(objectType);
  if (definition?.asyncCalls == null || !definition.enabled) return { kind: 'refused', problem: notServed(catalog) };
  const { maxObjects } = definition.asyncCalls;
  if (objectCount <= maxObjects) return { kind: 'served', definition };
  const message = `There are too many objects: a call has at most ${maxObjects}.`;
  return { kind: 'refused', problem: { code: CALL_ERRORS.tooManyObjects, message } };
}

function notServed(catalog: Catalog): CallProblem {
  const types = catalog
    .all()
    .flatMap(({ enabled, asyncCalls }) => (enabled && asyncCalls !== null ? [asyncCalls.objectType] : []));
  const known = types.length === 0 ? 'there are none' : `there are ${types.join(', ')}`;
  return { code: CALL_ERRORS.other, message: `No service takes objects of this type: ${known}.` };
}
